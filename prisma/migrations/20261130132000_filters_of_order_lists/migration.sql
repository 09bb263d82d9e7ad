-- The filters of the lists of orders. A page in the order of creation is one range of an index.
CREATE INDEX "orders_payment_status_newest_idx" ON "orders"("tenant_id", "org_id", "payment_status", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_flagged_newest_idx" ON "orders"("tenant_id", "org_id", "created_at" DESC, "id" DESC) WHERE "flags" <> '{}';
CREATE INDEX "orders_external_id_newest_idx" ON "orders"("tenant_id", "org_id", "external_id", "created_at" DESC, "id" DESC) WHERE "external_id" IS NOT NULL;
CREATE INDEX "orders_shipping_email_newest_idx" ON "orders"("tenant_id", "org_id", lower("shipping_address" ->> 'email'), "created_at" DESC, "id" DESC)
    WHERE "shipping_address" ->> 'email' IS NOT NULL;
CREATE INDEX "orders_billing_email_newest_idx" ON "orders"("tenant_id", "org_id", lower("billing_address" ->> 'email'), "created_at" DESC, "id" DESC)
    WHERE "billing_address" ->> 'email' IS NOT NULL;
CREATE INDEX "order_lines_sku_idx" ON "order_lines"("sku", "order_id") WHERE "sku" IS NOT NULL;
