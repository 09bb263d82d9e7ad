-- Refunds that were made at the provider itself are refunds of the order, with a credit note. The credit note of a refund that
-- fails is taken back by one of the opposite amount.

ALTER TABLE "refunds"
    ADD COLUMN "provider_refund_id" TEXT,
    ADD CONSTRAINT "refunds_provider_check" CHECK ("provider_refund_id" IS NULL OR "status" <> 'pending');
CREATE UNIQUE INDEX "refunds_provider_key" ON "refunds"("order_id", "provider_refund_id");

-- A refund at the provider may exceed what pending ones leave: then the provider rejects those.
DROP TRIGGER "refunds_within_capture" ON "refunds";
CREATE TRIGGER "refunds_within_capture" AFTER INSERT OR UPDATE OF "amount_minor" ON "refunds" FOR EACH ROW
    WHEN (NEW."status" = 'pending') EXECUTE FUNCTION check_refunds_within_capture();

ALTER TABLE "credit_notes"
    DROP CONSTRAINT "credit_notes_amount_check",
    ADD CONSTRAINT "credit_notes_amount_check" CHECK (
        "amount_minor" <> 0 AND ("amount_minor" < 0) = ("reason" = 'refund_failed')),
    DROP CONSTRAINT "credit_notes_reason_check",
    ADD CONSTRAINT "credit_notes_reason_check" CHECK (
        "reason" IN ('refund', 'refund_failed', 'units_cancelled', 'order_cancelled', 'invoice_voided')
        AND ("reason" IN ('refund', 'refund_failed')) = ("refund_id" IS NOT NULL)
        AND ("reason" = 'units_cancelled') = ("cancellation_id" IS NOT NULL));
DROP INDEX "credit_notes_refund_key";
CREATE UNIQUE INDEX "credit_notes_refund_key" ON "credit_notes"("refund_id", "reason");

-- The credited sum is the sum of the credit notes. A credit note for a refund, or for its failure, leaves the status, one for
-- cancelled units may leave nothing due, and any other one voids the invoice.
CREATE OR REPLACE FUNCTION apply_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_units BIGINT := CASE NEW.reason WHEN 'units_cancelled' THEN NEW.amount_minor ELSE 0 END;
BEGIN
    UPDATE invoices SET
        credited_minor = credited_minor + NEW.amount_minor,
        cancelled_minor = cancelled_minor + of_units,
        status = CASE
            WHEN NEW.reason IN ('refund', 'refund_failed') THEN status
            WHEN NEW.reason <> 'units_cancelled' THEN 'void'
            WHEN paid_minor + cancelled_minor + of_units >= total_minor THEN 'paid'
            ELSE status END,
        paid_at = CASE
            WHEN NEW.reason = 'units_cancelled' AND status = 'issued' AND paid_minor + cancelled_minor + of_units >= total_minor
            THEN NEW.created_at ELSE paid_at END,
        voided_at = CASE WHEN NEW.reason IN ('refund', 'refund_failed', 'units_cancelled') THEN voided_at ELSE NEW.created_at END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id AND status IN ('issued', 'paid');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % cannot be credited', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION add_credit_note(credited invoices, amount BIGINT, because TEXT, of_refund UUID, of_cancellation UUID) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT;
BEGIN
    UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 1
    WHERE tenant_id = credited.tenant_id AND org_id = credited.org_id
    RETURNING last_credit_note_number INTO number;
    INSERT INTO credit_notes (tenant_id, org_id, invoice_id, sequence, reason, refund_id, cancellation_id, currency, amount_minor)
    VALUES (credited.tenant_id, credited.org_id, credited.id, number, because, of_refund, of_cancellation, credited.currency, amount);
END $$;

CREATE OR REPLACE FUNCTION credit_invoice(of_invoice UUID, amount BIGINT, because TEXT, of_refund UUID, of_cancellation UUID DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    credited invoices;
BEGIN
    SELECT * INTO credited FROM invoices WHERE id = of_invoice FOR UPDATE;
    amount := least(coalesce(amount, credited.total_minor), credited.total_minor - credited.credited_minor);
    IF credited.status NOT IN ('issued', 'paid') OR amount <= 0 THEN
        RETURN;
    END IF;
    PERFORM add_credit_note(credited, amount, because, of_refund, of_cancellation);
END $$;

-- Brings the credit notes of an order's refunds to what was given back, at most the invoice without its cancelled units.
-- Nothing is left to credit of a void invoice.
CREATE FUNCTION credit_refunds(of_order UUID, latest UUID) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    credited invoices;
    missing BIGINT;
BEGIN
    SELECT * INTO credited FROM invoices WHERE order_id = of_order AND status IN ('issued', 'paid') FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    missing := least(
            (SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE order_id = of_order AND status = 'succeeded')::bigint,
            credited.total_minor - credited.cancelled_minor)
        - (SELECT coalesce(sum(amount_minor), 0) FROM credit_notes
            WHERE invoice_id = credited.id AND reason IN ('refund', 'refund_failed'))::bigint;
    IF missing <> 0 THEN
        PERFORM add_credit_note(credited, missing, CASE WHEN missing > 0 THEN 'refund' ELSE 'refund_failed' END, latest, NULL);
    END IF;
END $$;

-- A refund that succeeds is credited in the same transaction, and one that fails after that is taken back.
CREATE OR REPLACE FUNCTION follow_refund_with_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_refunds(NEW.order_id, NEW.id);
    RETURN NULL;
END $$;
DROP TRIGGER "refunds_credit_note" ON "refunds";
CREATE TRIGGER "refunds_credit_note" AFTER UPDATE OF "status" ON "refunds" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND 'succeeded' IN (OLD."status", NEW."status"))
    EXECUTE FUNCTION follow_refund_with_credit_note();
CREATE TRIGGER "refunds_credit_note_of_provider" AFTER INSERT ON "refunds" FOR EACH ROW
    WHEN (NEW."status" = 'succeeded') EXECUTE FUNCTION follow_refund_with_credit_note();

-- Makes an order's invoice. Captured money is its first payment. Refunds at the provider may have come before it.
CREATE OR REPLACE FUNCTION make_invoice(confirmed orders) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT;
    made UUID;
    paid payments;
BEGIN
    INSERT INTO invoice_counters AS counter (tenant_id, org_id, last_number) VALUES (confirmed.tenant_id, confirmed.org_id, 1)
    ON CONFLICT (tenant_id, org_id) DO UPDATE SET last_number = counter.last_number + 1
    RETURNING last_number INTO number;
    INSERT INTO invoices (tenant_id, org_id, order_id, sequence, currency, currency_exponent, total_minor)
    VALUES (confirmed.tenant_id, confirmed.org_id, confirmed.id, number, confirmed.currency, confirmed.currency_exponent, confirmed.total_minor)
    RETURNING id INTO made;
    SELECT * INTO paid FROM payments WHERE order_id = confirmed.id AND captured_minor > 0 AND confirmed.total_minor > 0;
    IF FOUND THEN
        PERFORM issue_invoice(made);
        PERFORM pay_invoice(made, paid.captured_minor, paid.provider, paid.reference, 'system', 'orders');
        PERFORM credit_refunds(confirmed.id, (
            SELECT id FROM refunds WHERE order_id = confirmed.id AND status = 'succeeded' ORDER BY ordinal DESC LIMIT 1));
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION "add_credit_note", "credit_refunds" TO "oms_worker";
