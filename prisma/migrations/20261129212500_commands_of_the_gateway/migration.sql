-- Mutations that wait for nothing are transactions of the gateway. Its role gains the writes that they need, and no
-- write of orders, payments or reservations.

-- Products have ids of their own, which are no UUIDs.
ALTER TABLE "audit_log" ALTER COLUMN "resource_id" SET DATA TYPE TEXT;

-- Answers and audit records are appended.
GRANT SELECT, INSERT ON "commands" TO "oms_gateway";
GRANT INSERT ON "audit_log" TO "oms_gateway";

-- The number of the last order is the workers' column.
GRANT INSERT ("tenant_id"),
    UPDATE ("order_number_prefix", "return_window_seconds", "pending_limit_seconds", "payments_require_metadata")
    ON "tenant_settings" TO "oms_gateway";

GRANT INSERT, UPDATE ON "api_keys", "products", "product_variants" TO "oms_gateway";

-- Receipts and adjustments alone: an entry of a reservation names a line. Levels follow their ledger by its trigger,
-- which runs as the user that appends; the gateway's own statements may not touch the sums.
GRANT INSERT ("tenant_id", "org_id", "variant_id", "location_id", "kind", "on_hand_delta", "reserved_delta", "reason")
    ON "stock_ledger" TO "oms_gateway";
GRANT INSERT ("tenant_id", "org_id", "variant_id", "location_id", "sku"), UPDATE ("sku", "on_hand", "reserved", "updated_at")
    ON "inventory_levels" TO "oms_gateway";

-- The gateway seals the secrets of an ERP and cannot read them again.
GRANT INSERT ("tenant_id", "org_id", "kind", "settings", "secrets", "connected_by"),
    UPDATE ("kind", "settings", "secrets", "connected_at", "connected_by"), DELETE ON "erp_connections" TO "oms_gateway";

-- The workers only read what is the gateway's now.
REVOKE INSERT, UPDATE, DELETE ON "api_keys", "erp_connections", "product_variants", "products" FROM "oms_worker";
