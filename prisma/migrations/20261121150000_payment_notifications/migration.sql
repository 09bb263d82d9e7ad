-- What payment providers say by themselves, and what becomes of an order whose payment does not stay as it was.

-- CreateTable: every notification once, however often it is delivered. What a payment's state is follows from all of
-- them, so none is ever changed.
CREATE TABLE "payment_notifications" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "provider" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "object_id" TEXT,
    "operation_key" TEXT,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "reason" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payment_notifications_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_notifications_kind_check" CHECK ("kind" IN (
        'authorized', 'authorization_failed', 'authorization_expired', 'captured', 'capture_failed',
        'voided', 'void_failed', 'refunded', 'refund_failed', 'disputed'))
);

-- CreateIndex
CREATE UNIQUE INDEX "payment_notifications_event_key" ON "payment_notifications"("provider", "event_id");
CREATE INDEX "payment_notifications_reference_idx" ON "payment_notifications"("provider", "reference", "id");
-- A notification finds the orders that wait for it, also before one of them has claimed the reference.
CREATE INDEX "orders_payment_reference_idx" ON "orders"("payment_provider", "payment_reference") WHERE "payment_reference" IS NOT NULL;

CREATE TRIGGER "payment_notifications_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_notifications" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- What somebody has to look at, beside where the order and its payment stand.
ALTER TABLE "orders"
    ADD COLUMN "flags" TEXT[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
        'capture_failed', 'captured_after_cancellation', 'refund_failed', 'disputed', 'authorization_expired']);

-- A capture that a provider had reported as done and that did not happen after all: an entry takes it back.
ALTER TABLE "payment_ledger"
    DROP CONSTRAINT "payment_ledger_operation_check",
    ADD CONSTRAINT "payment_ledger_operation_check" CHECK ("operation" IN ('authorize', 'capture', 'capture_failed', 'void', 'refund'));

CREATE OR REPLACE FUNCTION apply_payment_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET
        authorized_minor = authorized_minor + CASE NEW.operation WHEN 'authorize' THEN NEW.amount_minor ELSE 0 END,
        captured_minor = captured_minor + CASE NEW.operation
            WHEN 'capture' THEN NEW.amount_minor WHEN 'capture_failed' THEN -NEW.amount_minor ELSE 0 END,
        voided_minor = voided_minor + CASE NEW.operation WHEN 'void' THEN NEW.amount_minor ELSE 0 END,
        refunded_minor = refunded_minor + CASE NEW.operation WHEN 'refund' THEN NEW.amount_minor ELSE 0 END
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
