-- What a provider takes back of a capture, its invoice was not paid: the payment is taken back by one with the amount
-- below zero, and the invoice is issued again. Payments stay append-only.
ALTER TABLE "invoice_payments"
    DROP CONSTRAINT "invoice_payments_amount_check",
    ADD CONSTRAINT "invoice_payments_amount_check" CHECK ("amount_minor" <> 0);

-- What was given back before that is credited, also of an invoice that is to be paid again.
ALTER TABLE "invoices"
    DROP CONSTRAINT "invoices_credited_check",
    ADD CONSTRAINT "invoices_credited_check" CHECK (
        CASE "status"
            WHEN 'draft' THEN "credited_minor" = 0
            WHEN 'void' THEN "credited_minor" = CASE WHEN "issued_at" IS NULL THEN 0 ELSE "total_minor" END
            ELSE "credited_minor" BETWEEN 0 AND "total_minor"
        END);

CREATE OR REPLACE FUNCTION check_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.tenant_id, OLD.org_id, OLD.order_id, OLD.sequence, OLD.currency, OLD.currency_exponent, OLD.total_minor)
        IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.org_id, NEW.order_id, NEW.sequence, NEW.currency, NEW.currency_exponent, NEW.total_minor) THEN
        RAISE EXCEPTION 'an invoice keeps its number, its order and its total' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN
        (('draft', 'issued'), ('draft', 'paid'), ('draft', 'void'), ('issued', 'paid'), ('issued', 'void'), ('paid', 'void'), ('paid', 'issued')) THEN
        RAISE EXCEPTION 'an invoice that is % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION apply_invoice_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET
        paid_minor = paid_minor + NEW.amount_minor,
        status = CASE WHEN paid_minor + NEW.amount_minor = total_minor THEN 'paid' ELSE 'issued' END,
        paid_at = CASE WHEN paid_minor + NEW.amount_minor = total_minor THEN now() END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id
        AND (status = 'issued' OR (status = 'paid' AND NEW.amount_minor < 0));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % does not take payments', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- A capture that is taken back takes back what the invoice has by it; one that comes true after all pays what is due then.
-- The order's first capture is before its invoice, which begins with it.
CREATE FUNCTION follow_capture_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
    SELECT invoice.tenant_id, invoice.org_id, invoice.id, invoice.currency, moved.amount_minor, payment.provider,
        payment.reference || ' ' || NEW.operation || ' ' || NEW.ordinal, 'system', 'orders'
    FROM (SELECT * FROM invoices WHERE order_id = NEW.order_id AND status IN ('issued', 'paid') FOR UPDATE) invoice
        JOIN payments payment ON payment.order_id = NEW.order_id,
        LATERAL (SELECT CASE NEW.operation
            WHEN 'capture' THEN least(NEW.amount_minor, invoice.total_minor - invoice.paid_minor)
            ELSE -least(NEW.amount_minor, (
                SELECT coalesce(sum(amount_minor), 0) FROM invoice_payments
                WHERE invoice_id = invoice.id AND actor_type = 'system' AND actor_id = 'orders')) END AS amount_minor) moved
    WHERE moved.amount_minor <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_ledger_invoice" AFTER INSERT ON "payment_ledger" FOR EACH ROW
    WHEN (NEW."operation" IN ('capture', 'capture_failed')) EXECUTE FUNCTION follow_capture_with_invoice();

-- Money that came another way, as an operator states, pays what is due.
CREATE FUNCTION follow_statement_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
    SELECT tenant_id, org_id, id, currency, total_minor - paid_minor, 'settled_elsewhere', NEW.id, 'operator', NEW.stated_by
    FROM (SELECT * FROM invoices WHERE order_id = NEW.order_id AND status = 'issued' AND paid_minor < total_minor FOR UPDATE) due;
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_statements_invoice" AFTER INSERT ON "payment_statements" FOR EACH ROW
    WHEN (NEW."outcome" = 'settled_elsewhere') EXECUTE FUNCTION follow_statement_with_invoice();

-- Invoices of captures that were taken back before this.
INSERT INTO "invoice_payments" ("tenant_id", "org_id", "invoice_id", "currency", "amount_minor", "method", "reference", "actor_type", "actor_id")
SELECT invoice."tenant_id", invoice."org_id", invoice."id", invoice."currency", payment."captured_minor" - invoice."paid_minor",
    payment."provider", payment."reference" || ' capture_failed', 'system', 'orders'
FROM "invoices" invoice JOIN "orders" ON "orders"."id" = invoice."order_id" JOIN "payments" payment ON payment."order_id" = invoice."order_id"
WHERE invoice."status" = 'paid' AND payment."captured_minor" < invoice."paid_minor" AND 'capture_failed' = ANY ("orders"."flags");

-- Only what the ledger of the order's own payment says is taken back.
CREATE TRIGGER "invoice_payments_taken_back" BEFORE INSERT ON "invoice_payments" FOR EACH ROW
    WHEN (NEW."amount_minor" < 0 AND pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();
