-- Approved returns whose goods do not come expire, where the tenant wants it.

ALTER TABLE "tenant_settings" ADD COLUMN "return_expiry_days" INTEGER;
ALTER TABLE "tenant_settings" ADD CONSTRAINT "tenant_settings_return_expiry_check" CHECK ("return_expiry_days" > 0);
GRANT UPDATE ("return_expiry_days") ON "tenant_settings" TO "oms_gateway";
-- The tenant's setting when the order was recorded. Null: returns do not expire.
ALTER TABLE "orders" ADD COLUMN "return_expiry_days" INTEGER;

-- An approved return has the time at which it expires from its approval on.
ALTER TABLE "returns" ADD COLUMN "expires_at" TIMESTAMPTZ(3), ADD COLUMN "expired_at" TIMESTAMPTZ(3);
ALTER TABLE "returns" DROP CONSTRAINT "returns_status_check", DROP CONSTRAINT "returns_times_check";
ALTER TABLE "returns"
    ADD CONSTRAINT "returns_status_check" CHECK ("status" IN ('requested', 'approved', 'declined', 'cancelled', 'expired', 'received', 'refunded')),
    ADD CONSTRAINT "returns_times_check" CHECK (
        ("status" = 'cancelled' OR ("status" = 'requested') = ("decided_at" IS NULL))
        AND ("status" IN ('received', 'refunded')) = ("received_at" IS NOT NULL)
        AND ("status" = 'cancelled') = ("cancelled_at" IS NOT NULL)
        AND ("status" = 'expired') = ("expired_at" IS NOT NULL)),
    ADD CONSTRAINT "returns_expiry_check" CHECK (
        CASE "status"
            WHEN 'expired' THEN "expires_at" IS NOT NULL
            WHEN 'requested' THEN "expires_at" IS NULL
            WHEN 'declined' THEN "expires_at" IS NULL
            ELSE true
        END);
