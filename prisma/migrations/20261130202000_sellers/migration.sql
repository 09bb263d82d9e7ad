-- The seller that an organisation's invoices name. An issued invoice keeps its own copy.
CREATE TABLE "sellers" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "seller" JSONB NOT NULL,

    CONSTRAINT "sellers_pkey" PRIMARY KEY ("tenant_id", "org_id"),
    CONSTRAINT "sellers_seller_check" CHECK (jsonb_typeof("seller") = 'object' AND "seller" ?& ARRAY['legalName', 'address', 'taxIds'])
);
GRANT SELECT ON "sellers" TO "oms_worker";
GRANT SELECT, INSERT, UPDATE ON "sellers" TO "oms_gateway";

ALTER TABLE "invoices"
    ADD COLUMN "seller" JSONB,
    DROP CONSTRAINT "invoices_copy_check",
    ADD CONSTRAINT "invoices_copy_check" CHECK (
        "issued_at" IS NOT NULL OR ("bill_to" IS NULL AND "ship_to" IS NULL AND "seller" IS NULL));

DROP TRIGGER "invoices_unchanged_copy" ON "invoices";
CREATE TRIGGER "invoices_unchanged_copy" BEFORE UPDATE ON "invoices" FOR EACH ROW
    WHEN (OLD."issued_at" IS NOT NULL AND (OLD."issued_at", OLD."bill_to", OLD."ship_to", OLD."seller")
        IS DISTINCT FROM (NEW."issued_at", NEW."bill_to", NEW."ship_to", NEW."seller"))
    EXECUTE FUNCTION refuse_changing_invoice_copy();

CREATE OR REPLACE FUNCTION issue_invoice(issued UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET issued_at = now(),
        status = CASE invoices.total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
        paid_at = CASE invoices.total_minor WHEN 0 THEN now() END,
        bill_to = coalesce(orders.billing_address, orders.shipping_address),
        ship_to = orders.shipping_address,
        seller = (SELECT seller FROM sellers WHERE (tenant_id, org_id) = (orders.tenant_id, orders.org_id))
    FROM orders WHERE invoices.id = issued AND invoices.status = 'draft' AND orders.id = invoices.order_id;
    PERFORM credit_cancelled_units(issued);
END $$;
