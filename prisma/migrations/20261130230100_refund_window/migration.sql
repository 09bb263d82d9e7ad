-- How long after their end orders take refunds, in days. Null: as long as money is left.
ALTER TABLE "tenant_settings" ADD COLUMN "refund_window_days" INTEGER,
    ADD CONSTRAINT "tenant_settings_refund_window_check" CHECK ("refund_window_days" > 0);
ALTER TABLE "orders" ADD COLUMN "refund_window_days" INTEGER;
GRANT UPDATE ("refund_window_days") ON "tenant_settings" TO "oms_gateway";
