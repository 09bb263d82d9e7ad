-- The gateway keeps a provider's notification before it answers. The order that the notification is about settles it later.

-- When the notification was settled. Null: the order that pays with the reference may still owe its settlement.
ALTER TABLE "payment_notifications" ADD COLUMN "settled_at" TIMESTAMPTZ(3);
CREATE INDEX "payment_notifications_unsettled_idx" ON "payment_notifications"("provider", "reference", "id") WHERE "settled_at" IS NULL;

-- A notification is append-only but for its settlement, which happens once.
DROP TRIGGER "payment_notifications_append_only" ON "payment_notifications";
CREATE TRIGGER "payment_notifications_append_only"
    BEFORE DELETE OR TRUNCATE OR UPDATE OF
        "id", "provider", "event_id", "kind", "reference", "object_id", "operation_key", "amount_minor", "currency", "reason",
        "owner_kind", "owner_tenant_id", "owner_org_id", "occurred_at", "received_at"
    ON "payment_notifications" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER "payment_notifications_settled_once" BEFORE UPDATE ON "payment_notifications" FOR EACH ROW
    WHEN (OLD."settled_at" IS NOT NULL) EXECUTE FUNCTION refuse_rewriting_history();

GRANT SELECT, INSERT ON "payment_notifications" TO "oms_gateway";
REVOKE INSERT ON "payment_notifications" FROM "oms_worker";
GRANT UPDATE ("settled_at") ON "payment_notifications" TO "oms_worker";
