-- An issued invoice keeps its own copy of the addresses that it prints. A draft has none: it shows the order's.
ALTER TABLE "invoices"
    ADD COLUMN "bill_to" JSONB,
    ADD COLUMN "ship_to" JSONB,
    ADD CONSTRAINT "invoices_copy_check" CHECK ("issued_at" IS NOT NULL OR ("bill_to" IS NULL AND "ship_to" IS NULL));

CREATE FUNCTION refuse_changing_invoice_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued invoice keeps what it prints' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "invoices_unchanged_copy" BEFORE UPDATE ON "invoices" FOR EACH ROW
    WHEN (OLD."issued_at" IS NOT NULL
        AND (OLD."issued_at", OLD."bill_to", OLD."ship_to") IS DISTINCT FROM (NEW."issued_at", NEW."bill_to", NEW."ship_to"))
    EXECUTE FUNCTION refuse_changing_invoice_copy();

-- Issues a draft, with a copy of what it prints. One over nothing is paid at once.
CREATE OR REPLACE FUNCTION issue_invoice(issued UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET issued_at = now(),
        status = CASE invoices.total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
        paid_at = CASE invoices.total_minor WHEN 0 THEN now() END,
        bill_to = coalesce(orders.billing_address, orders.shipping_address),
        ship_to = orders.shipping_address
    FROM orders WHERE invoices.id = issued AND invoices.status = 'draft' AND orders.id = invoices.order_id;
    PERFORM credit_cancelled_units(issued);
END $$;
