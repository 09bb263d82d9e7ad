-- When the money of orders is taken, by tenant. An order keeps what it was recorded with.
ALTER TABLE "tenant_settings"
    ADD COLUMN "capture_policy" TEXT NOT NULL DEFAULT 'at_confirmation',
    ADD COLUMN "split_shipments" TEXT NOT NULL DEFAULT 'capture_all',
    ADD COLUMN "lapsing_authorizations" TEXT NOT NULL DEFAULT 'flag',
    ADD CONSTRAINT "tenant_settings_capture_check" CHECK ("capture_policy" IN ('at_confirmation', 'at_shipment')
        AND "split_shipments" IN ('capture_all', 'refuse') AND "lapsing_authorizations" IN ('flag', 'capture'));
ALTER TABLE "orders"
    ADD COLUMN "capture_policy" TEXT NOT NULL DEFAULT 'at_confirmation',
    ADD COLUMN "split_shipments" TEXT NOT NULL DEFAULT 'capture_all',
    ADD COLUMN "lapsing_authorizations" TEXT NOT NULL DEFAULT 'flag',
    ADD CONSTRAINT "orders_capture_check" CHECK ("capture_policy" IN ('at_confirmation', 'at_shipment')
        AND "split_shipments" IN ('capture_all', 'refuse') AND "lapsing_authorizations" IN ('flag', 'capture'));
ALTER TABLE "orders" DROP CONSTRAINT "orders_flags_check";
ALTER TABLE "orders" ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
    'capture_failed', 'recapture_reported', 'settled_elsewhere', 'paid_twice', 'overpaid', 'captured_after_cancellation', 'refund_failed',
    'refunded_unshipped', 'unused_payment_kept', 'disputed', 'capture_declined', 'authorization_expiring', 'authorization_expired']);

-- Captures of orders whose payment is captured when they ship, one at a time. A change asked for it, or the coming end of
-- the authorisation.
CREATE TABLE "capture_requests" (
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "command_id" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    -- The provider's words of a declined one.
    "reason" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "capture_requests_pkey" PRIMARY KEY ("order_id", "ordinal"),
    CONSTRAINT "capture_requests_status_check" CHECK ("status" IN ('pending', 'captured', 'declined', 'dropped')
        AND ("status" = 'pending') = ("settled_at" IS NULL)),
    CONSTRAINT "capture_requests_reason_check" CHECK (("status" = 'declined') = ("reason" IS NOT NULL)),
    CONSTRAINT "capture_requests_amount_check" CHECK ("amount_minor" > 0)
);
CREATE UNIQUE INDEX "capture_requests_pending_key" ON "capture_requests"("order_id") WHERE "status" = 'pending';
ALTER TABLE "capture_requests" ADD CONSTRAINT "capture_requests_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "payments"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- A capture answers the request for it, whoever records it. The request of a cancelled order, whose payment is voided, is dropped.
CREATE FUNCTION settle_capture_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE capture_requests SET status = CASE NEW.operation WHEN 'capture' THEN 'captured' ELSE 'dropped' END, settled_at = now()
    WHERE order_id = NEW.order_id AND status = 'pending';
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_ledger_capture_request" AFTER INSERT ON "payment_ledger" FOR EACH ROW
    WHEN (NEW."operation" IN ('capture', 'void')) EXECUTE FUNCTION settle_capture_request();

-- Goods whose payment is captured when they ship never leave before it is, unless somebody stated that the money came another way.
CREATE FUNCTION check_shipment_is_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM orders LEFT JOIN payments ON payments.order_id = orders.id
        WHERE orders.id = NEW.order_id AND capture_policy = 'at_shipment' AND payment_reference IS NOT NULL AND total_minor > 0
            AND coalesce(captured_minor, 0) = 0 AND NOT 'settled_elsewhere' = ANY (flags)) THEN
        RAISE EXCEPTION 'order % cannot ship: its payment is not captured', NEW.order_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "shipments_paid_check" BEFORE INSERT ON "shipments" FOR EACH ROW EXECUTE FUNCTION check_shipment_is_paid();

-- A later capture pays what is due then, and issues a draft first; a reversed one takes back what captures have paid. The
-- capture of a pending order comes before its invoice, which `make_invoice` begins with it.
CREATE OR REPLACE FUNCTION follow_capture_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice invoices;
    payment payments;
    under_reference TEXT;
BEGIN
    SELECT * INTO invoice FROM invoices WHERE order_id = NEW.order_id AND status <> 'void' FOR UPDATE;
    SELECT * INTO payment FROM payments WHERE order_id = NEW.order_id;
    under_reference := payment.reference || ' ' || NEW.operation || ' ' || NEW.ordinal;
    IF NEW.operation = 'capture' THEN
        PERFORM issue_invoice(invoice.id) WHERE invoice.status = 'draft';
        PERFORM pay_invoice(invoice.id, NEW.amount_minor, payment.provider, under_reference, 'system', 'orders');
    ELSE
        INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
        SELECT invoice.tenant_id, invoice.org_id, invoice.id, invoice.currency, -least(NEW.amount_minor, taken.amount_minor),
            payment.provider, under_reference, 'system', 'orders'
        FROM (SELECT sum(amount_minor) AS amount_minor FROM invoice_payments
            WHERE invoice_id = invoice.id AND actor_type = 'system' AND actor_id = 'orders') taken
        WHERE taken.amount_minor > 0;
    END IF;
    RETURN NULL;
END $$;

GRANT SELECT, INSERT, UPDATE ON "capture_requests" TO "oms_worker";
GRANT SELECT ON "capture_requests" TO "oms_gateway";
GRANT UPDATE ("capture_policy", "split_shipments", "lapsing_authorizations") ON "tenant_settings" TO "oms_gateway";
