-- Money that somebody gave back at the provider itself, and refunds that did not happen after they had been reported as
-- done: both are entries of their own, so that what is left to refund is what the provider has left.
ALTER TABLE "payment_ledger"
    DROP CONSTRAINT "payment_ledger_operation_check",
    ADD CONSTRAINT "payment_ledger_operation_check" CHECK ("operation" IN (
        'authorize', 'capture', 'capture_failed', 'void', 'refund', 'refund_elsewhere', 'refund_failed'));

-- One entry for each thing that a provider did, however often it is told.
CREATE UNIQUE INDEX "payment_ledger_refund_object_key" ON "payment_ledger"("order_id", "operation", "provider_object_id")
    WHERE "operation" IN ('refund_elsewhere', 'refund_failed');

CREATE OR REPLACE FUNCTION apply_payment_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET
        authorized_minor = authorized_minor + CASE NEW.operation WHEN 'authorize' THEN NEW.amount_minor ELSE 0 END,
        captured_minor = captured_minor + CASE NEW.operation
            WHEN 'capture' THEN NEW.amount_minor WHEN 'capture_failed' THEN -NEW.amount_minor ELSE 0 END,
        voided_minor = voided_minor + CASE NEW.operation WHEN 'void' THEN NEW.amount_minor ELSE 0 END,
        refunded_minor = refunded_minor + CASE
            WHEN NEW.operation IN ('refund', 'refund_elsewhere') THEN NEW.amount_minor
            WHEN NEW.operation = 'refund_failed' THEN -NEW.amount_minor ELSE 0 END
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;

-- A refund is asked for within what is left: what was given back by anybody and what is promised count. What the
-- provider gives back meanwhile is a fact and not asked for; the provider then refuses what is too much.
CREATE OR REPLACE FUNCTION check_refunds_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    captured BIGINT;
    refunded BIGINT;
BEGIN
    SELECT captured_minor, refunded_minor INTO captured, refunded
    FROM payments WHERE order_id = NEW.order_id FOR NO KEY UPDATE;
    IF (SELECT sum(amount_minor) FROM refunds WHERE order_id = NEW.order_id AND status = 'pending')
        > coalesce(captured, 0) - coalesce(refunded, 0) THEN
        RAISE EXCEPTION 'the refunds of order % are more than was captured', NEW.order_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER "refunds_within_capture" ON "refunds";
CREATE TRIGGER "refunds_within_capture" AFTER INSERT OR UPDATE OF "amount_minor" ON "refunds" FOR EACH ROW EXECUTE FUNCTION check_refunds_within_capture();

-- The credit note of a refund that failed after it had succeeded stands: the refund that makes it good is credited only
-- by what is more.
CREATE OR REPLACE FUNCTION follow_refund_with_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_invoice(invoices.id, (
            SELECT sum(amount_minor) FROM refunds WHERE order_id = NEW.order_id AND status = 'succeeded'
        )::bigint - (
            SELECT coalesce(sum(amount_minor), 0) FROM credit_notes WHERE invoice_id = invoices.id AND reason = 'refund'
        )::bigint, 'refund', NEW.id)
    FROM invoices WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
