-- Grants of the workers and of the gateway, table by table. The roles are made by an administrator (`prisma/roles.sql`). A
-- later migration that makes a table grants on it too; until then only the owner has it.

-- The workers. Append-only tables get no UPDATE and no DELETE.
GRANT SELECT ON "order_status_transitions" TO "oms_worker";
GRANT SELECT, INSERT ON
    "audit_log", "commands", "credit_notes", "invoice_payments", "order_commands", "order_events", "payment_ledger",
    "payment_notifications", "payment_statements", "shipment_lines", "stock_ledger"
    TO "oms_worker";
GRANT SELECT, INSERT, UPDATE ON
    "api_keys", "erp_links", "inventory_levels", "invoice_counters", "invoices", "orders", "payments", "product_variants",
    "products", "refunds", "reservations", "return_lines", "returns", "shipments", "tenant_settings"
    TO "oms_worker";
-- The lines of a draft are replaced; an ERP is disconnected.
GRANT SELECT, INSERT, UPDATE, DELETE ON "erp_connections", "order_lines" TO "oms_worker";

-- The gateway only reads. It reads the connections of ERPs without their sealed secrets.
GRANT SELECT ON
    "api_keys", "credit_notes", "erp_links", "inventory_levels", "invoice_counters", "invoice_payments", "invoices",
    "order_commands", "order_events", "order_lines", "orders", "payment_ledger", "payments", "product_variants", "products",
    "refunds", "return_lines", "returns", "shipment_lines", "shipments", "stock_ledger", "tenant_settings"
    TO "oms_gateway";
GRANT SELECT ("tenant_id", "org_id", "kind", "settings", "connected_at", "connected_by") ON "erp_connections" TO "oms_gateway";

-- By default PostgreSQL lets everybody call a new function. A trigger's own function needs no grant; the functions that it
-- calls do, since it runs as the user that has written.
ALTER DEFAULT PRIVILEGES FOR ROLE "oms_owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "credit_invoice", "make_invoice", "void_invoice" TO "oms_worker";
