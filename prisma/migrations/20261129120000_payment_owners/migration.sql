-- A payment belongs to the tenant and organisation that its checkout wrote into it at the provider.

-- Whether a tenant takes payments that name no owner, and whether it did when an order was recorded.
ALTER TABLE "tenant_settings" ADD COLUMN "payments_require_metadata" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "orders" ADD COLUMN "payments_require_metadata" BOOLEAN NOT NULL DEFAULT false;

-- What a notification repeats of the owner. Null: this notification says nothing of it.
ALTER TABLE "payment_notifications"
    ADD COLUMN "owner_kind" TEXT,
    ADD COLUMN "owner_tenant_id" UUID,
    ADD COLUMN "owner_org_id" UUID,
    ADD CONSTRAINT "payment_notifications_owner_check" CHECK (
        CASE "owner_kind"
            WHEN 'named' THEN "owner_tenant_id" IS NOT NULL AND "owner_org_id" IS NOT NULL
            ELSE "owner_tenant_id" IS NULL AND "owner_org_id" IS NULL
        END),
    ADD CONSTRAINT "payment_notifications_owner_kind_check" CHECK ("owner_kind" IN ('named', 'unnamed', 'unreadable'));
