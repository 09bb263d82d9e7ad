-- Units can be cancelled before they ship: ordered = open + cancelled + shipped.

ALTER TABLE "order_lines" ADD COLUMN "cancelled_quantity" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "order_lines" DROP CONSTRAINT "order_lines_progress_check";
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_progress_check" CHECK (
    0 <= "returned_quantity" AND "returned_quantity" <= "delivered_quantity" AND "delivered_quantity" <= "shipped_quantity"
    AND 0 <= "cancelled_quantity" AND "shipped_quantity" + "cancelled_quantity" <= "quantity");

-- Cancelled units of an order. Their value is given back by a refund or, where the order pays by invoice, credited.
CREATE TABLE "cancellations" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "refund_id" UUID,
    "amount_minor" BIGINT NOT NULL,
    "reason" TEXT,
    "cancelled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "cancellations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "cancellations_amount_check" CHECK ("amount_minor" >= 0)
);
CREATE UNIQUE INDEX "cancellations_ordinal_key" ON "cancellations"("order_id", "ordinal");
CREATE UNIQUE INDEX "cancellations_refund_key" ON "cancellations"("refund_id");
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_refund_fkey" FOREIGN KEY ("refund_id") REFERENCES "refunds"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "cancellations_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "cancellations" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE TABLE "cancellation_lines" (
    "cancellation_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "cancellation_lines_pkey" PRIMARY KEY ("cancellation_id", "line_id"),
    CONSTRAINT "cancellation_lines_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "cancellation_lines_amount_check" CHECK ("amount_minor" >= 0)
);
ALTER TABLE "cancellation_lines" ADD CONSTRAINT "cancellation_lines_cancellation_id_fkey" FOREIGN KEY ("cancellation_id") REFERENCES "cancellations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "cancellation_lines" ADD CONSTRAINT "cancellation_lines_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "cancellation_lines_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "cancellation_lines" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

GRANT SELECT, INSERT ON "cancellations", "cancellation_lines" TO "oms_worker";
GRANT SELECT ON "cancellations", "cancellation_lines" TO "oms_gateway";

-- An order of which all units were cancelled before any has shipped is cancelled.
INSERT INTO "order_status_transitions" ("from_status", "to_status") VALUES ('processing', 'cancelled');

-- An order is shipped when every unit that needs shipping has left or is cancelled, and delivered when every such unit has
-- arrived or is cancelled. Nothing of a cancelled order has left.
CREATE OR REPLACE FUNCTION check_order_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'cancelled' THEN
        IF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND shipped_quantity > 0) THEN
            RAISE EXCEPTION 'order % cannot be cancelled: some of it has shipped', NEW.id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND requires_shipping
        AND quantity - cancelled_quantity > CASE NEW.status WHEN 'shipped' THEN shipped_quantity ELSE delivered_quantity END) THEN
        RAISE EXCEPTION 'order % cannot be % yet: not all of it is', NEW.id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER "orders_progress_check" ON "orders";
CREATE TRIGGER "orders_progress_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('shipped', 'delivered', 'cancelled')) EXECUTE FUNCTION check_order_progress();

-- Cancelled units are released: a `release` of a cancellation names it, the `release` of a whole order names no document.
ALTER TABLE "reservations" ADD COLUMN "cancelled_quantity" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "reservations" DROP CONSTRAINT "reservations_shipped_check";
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_progress_check" CHECK (
    "shipped_quantity" >= 0 AND "cancelled_quantity" >= 0 AND "shipped_quantity" + "cancelled_quantity" <= "quantity"
    AND ("shipped_quantity" = 0 OR "status" = 'reserved'));
DROP INDEX "stock_ledger_hold_key";
CREATE UNIQUE INDEX "stock_ledger_hold_key" ON "stock_ledger"("line_id", "location_id", "kind")
    WHERE "kind" = 'reserve' OR ("kind" = 'release' AND "document_id" IS NULL);

-- The part of an invoice that was credited for cancelled units has not to be paid.
ALTER TABLE "invoices" ADD COLUMN "cancelled_minor" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_cancelled_check" CHECK ("cancelled_minor" BETWEEN 0 AND "credited_minor");
ALTER TABLE "invoices" DROP CONSTRAINT "invoices_paid_status_check";
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_paid_status_check" CHECK (
    CASE "status"
        WHEN 'draft' THEN "paid_minor" = 0
        WHEN 'paid' THEN "paid_minor" + "cancelled_minor" >= "total_minor"
        ELSE true
    END);
DROP TRIGGER "invoices_sums_insert" ON "invoices";
CREATE TRIGGER "invoices_sums_insert" BEFORE INSERT ON "invoices" FOR EACH ROW
    WHEN (NEW."paid_minor" <> 0 OR NEW."credited_minor" <> 0 OR NEW."cancelled_minor" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();
DROP TRIGGER "invoices_sums_update" ON "invoices";
CREATE TRIGGER "invoices_sums_update" BEFORE UPDATE OF "paid_minor", "credited_minor", "cancelled_minor" ON "invoices" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

ALTER TABLE "credit_notes" ADD COLUMN "cancellation_id" UUID;
ALTER TABLE "credit_notes" DROP CONSTRAINT "credit_notes_reason_check";
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_reason_check" CHECK (
    "reason" IN ('refund', 'units_cancelled', 'order_cancelled', 'invoice_voided')
    AND ("reason" = 'refund') = ("refund_id" IS NOT NULL) AND ("reason" = 'units_cancelled') = ("cancellation_id" IS NOT NULL));
CREATE UNIQUE INDEX "credit_notes_cancellation_key" ON "credit_notes"("cancellation_id");
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_cancellation_fkey" FOREIGN KEY ("cancellation_id") REFERENCES "cancellations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- The paid sum is the sum of the payments. An invoice of which nothing is due is `paid`; one whose payment is taken back is
-- `issued` again.
CREATE OR REPLACE FUNCTION apply_invoice_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET
        paid_minor = paid_minor + NEW.amount_minor,
        status = CASE WHEN paid_minor + NEW.amount_minor + cancelled_minor >= total_minor THEN 'paid' ELSE 'issued' END,
        paid_at = CASE WHEN paid_minor + NEW.amount_minor + cancelled_minor >= total_minor THEN now() END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id
        AND (status = 'issued' OR (status = 'paid' AND NEW.amount_minor < 0));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % does not take payments', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- The credited sum is the sum of the credit notes. A credit note for a refund leaves the status, one for cancelled units may
-- leave nothing due, and any other one voids the invoice.
CREATE OR REPLACE FUNCTION apply_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_units BIGINT := CASE NEW.reason WHEN 'units_cancelled' THEN NEW.amount_minor ELSE 0 END;
BEGIN
    UPDATE invoices SET
        credited_minor = credited_minor + NEW.amount_minor,
        cancelled_minor = cancelled_minor + of_units,
        status = CASE
            WHEN NEW.reason = 'refund' THEN status
            WHEN NEW.reason <> 'units_cancelled' THEN 'void'
            WHEN paid_minor + cancelled_minor + of_units >= total_minor THEN 'paid'
            ELSE status END,
        paid_at = CASE
            WHEN NEW.reason = 'units_cancelled' AND status = 'issued' AND paid_minor + cancelled_minor + of_units >= total_minor
            THEN NEW.created_at ELSE paid_at END,
        voided_at = CASE WHEN NEW.reason IN ('refund', 'units_cancelled') THEN voided_at ELSE NEW.created_at END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id AND status IN ('issued', 'paid');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % cannot be credited', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- Records money for an invoice, at most what is due. An invoice that is not issued, or of which nothing is due, takes none.
CREATE OR REPLACE FUNCTION pay_invoice(paid UUID, amount BIGINT, by_method TEXT, under_reference TEXT, by_type TEXT, by_id TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
    SELECT tenant_id, org_id, id, currency, least(amount, total_minor - cancelled_minor - paid_minor), by_method, under_reference, by_type, by_id
    FROM (SELECT * FROM invoices WHERE id = paid AND status = 'issued' AND paid_minor + cancelled_minor < total_minor FOR UPDATE) due;
END $$;

-- Credits an issued invoice, at most what is left of it; an invoice with nothing left gets no credit note. The invoice
-- is locked before its counter, in the same order everywhere.
DROP FUNCTION credit_invoice(UUID, BIGINT, TEXT, UUID);
CREATE FUNCTION credit_invoice(of_invoice UUID, amount BIGINT, because TEXT, of_refund UUID, of_cancellation UUID DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    credited invoices;
    number BIGINT;
BEGIN
    SELECT * INTO credited FROM invoices WHERE id = of_invoice FOR UPDATE;
    amount := least(coalesce(amount, credited.total_minor), credited.total_minor - credited.credited_minor);
    IF credited.status NOT IN ('issued', 'paid') OR amount <= 0 THEN
        RETURN;
    END IF;
    UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 1
    WHERE tenant_id = credited.tenant_id AND org_id = credited.org_id
    RETURNING last_credit_note_number INTO number;
    INSERT INTO credit_notes (tenant_id, org_id, invoice_id, sequence, reason, refund_id, cancellation_id, currency, amount_minor)
    VALUES (credited.tenant_id, credited.org_id, of_invoice, number, because, of_refund, of_cancellation, credited.currency, amount);
END $$;

-- Credits the cancelled units of an order that is paid by invoice. A draft is credited when it is issued.
CREATE FUNCTION credit_cancelled_units(of_invoice UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_invoice(invoices.id, cancelled.amount_minor, 'units_cancelled', NULL, cancelled.id)
    FROM invoices JOIN cancellations cancelled USING (order_id)
    WHERE invoices.id = of_invoice AND cancelled.refund_id IS NULL
        AND NOT EXISTS (SELECT FROM credit_notes WHERE cancellation_id = cancelled.id)
    ORDER BY cancelled.ordinal;
END $$;

CREATE FUNCTION follow_cancellation_with_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_cancelled_units(id) FROM invoices WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "cancellations_credit_note" AFTER INSERT ON "cancellations" FOR EACH ROW EXECUTE FUNCTION follow_cancellation_with_credit_note();

-- Issues a draft. One over nothing is paid at once.
CREATE OR REPLACE FUNCTION issue_invoice(issued UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET issued_at = now(),
        status = CASE total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
        paid_at = CASE total_minor WHEN 0 THEN now() END
    WHERE id = issued AND status = 'draft';
    PERFORM credit_cancelled_units(issued);
END $$;

REVOKE EXECUTE ON FUNCTION "credit_invoice", "credit_cancelled_units" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "credit_invoice", "credit_cancelled_units" TO "oms_worker";
