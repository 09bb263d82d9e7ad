-- What an issued invoice is taken back with: a credit note, in part for a refund, for all that is left of it when the
-- invoice is voided. Numbered in a series of their own, without gaps per organisation.

ALTER TABLE "invoice_counters" ADD COLUMN "last_credit_note_number" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "credit_notes" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "previous_sequence" BIGINT GENERATED ALWAYS AS (NULLIF("sequence" - 1, 0)) STORED,
    "reason" TEXT NOT NULL,
    "refund_id" UUID,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "credit_notes_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "credit_notes_sequence_check" CHECK ("sequence" > 0),
    CONSTRAINT "credit_notes_amount_check" CHECK ("amount_minor" > 0),
    CONSTRAINT "credit_notes_reason_check" CHECK ("reason" IN ('refund', 'order_cancelled', 'invoice_voided') AND ("reason" = 'refund') = ("refund_id" IS NOT NULL))
);

-- CreateIndex
CREATE UNIQUE INDEX "credit_notes_sequence_key" ON "credit_notes"("tenant_id", "org_id", "sequence");
CREATE UNIQUE INDEX "credit_notes_refund_key" ON "credit_notes"("refund_id");
CREATE INDEX "credit_notes_invoice_idx" ON "credit_notes"("invoice_id");

-- AddForeignKey
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_refund_fkey" FOREIGN KEY ("refund_id") REFERENCES "refunds"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- What is credited is credited in the invoice's currency.
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_invoice_fkey" FOREIGN KEY ("invoice_id", "currency") REFERENCES "invoices"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- Numbers without gaps: every credit note but the first refers to the one before it.
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_previous_fkey" FOREIGN KEY ("tenant_id", "org_id", "previous_sequence") REFERENCES "credit_notes"("tenant_id", "org_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE TRIGGER "credit_notes_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "credit_notes" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Until now a void invoice credited what was paid of it. It is credited as a whole: nothing is owed by either side but
-- what was paid, and that is seen from both documents.
ALTER TABLE "invoices" DROP CONSTRAINT "invoices_credited_check";
DROP TRIGGER "invoices_sums_update" ON "invoices";
UPDATE "invoices" SET "credited_minor" = 0 WHERE "credited_minor" <> 0;
CREATE TRIGGER "invoices_sums_update" BEFORE UPDATE OF "paid_minor", "credited_minor" ON "invoices" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();
DROP TRIGGER "invoices_sums_insert" ON "invoices";
CREATE TRIGGER "invoices_sums_insert" BEFORE INSERT ON "invoices" FOR EACH ROW
    WHEN (NEW."paid_minor" <> 0 OR NEW."credited_minor" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- What is credited is the sum of the credit notes, and in no other way. One that takes all of the invoice back voids it.
CREATE FUNCTION apply_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET
        credited_minor = credited_minor + NEW.amount_minor,
        status = CASE NEW.reason WHEN 'refund' THEN status ELSE 'void' END,
        voided_at = CASE NEW.reason WHEN 'refund' THEN voided_at ELSE NEW.created_at END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id AND status IN ('issued', 'paid');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % cannot be credited', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER "credit_notes_apply" AFTER INSERT ON "credit_notes" FOR EACH ROW EXECUTE FUNCTION apply_credit_note();

-- Credits an issued invoice, up to what is left of it; one that nothing is left of gets no credit note. The invoice is
-- locked first and the numbers after it, as whoever else credits or voids it does.
CREATE FUNCTION credit_invoice(of_invoice UUID, amount BIGINT, because TEXT, of_refund UUID) RETURNS void LANGUAGE plpgsql AS $$
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
    INSERT INTO credit_notes (tenant_id, org_id, invoice_id, sequence, reason, refund_id, currency, amount_minor)
    VALUES (credited.tenant_id, credited.org_id, of_invoice, number, because, of_refund, credited.currency, amount);
END $$;

-- Takes an invoice back: a draft is void without further ado, an issued one by a credit note for what is left of it.
CREATE FUNCTION void_invoice(voided UUID, because TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_invoice(voided, NULL, because, NULL);
    UPDATE invoices SET status = 'void', voided_at = now() WHERE id = voided AND status <> 'void';
END $$;

CREATE OR REPLACE FUNCTION follow_order_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.status
        WHEN 'confirmed' THEN
            PERFORM make_invoice(NEW);
        WHEN 'closed' THEN
            UPDATE invoices SET issued_at = now(),
                status = CASE total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
                paid_at = CASE total_minor WHEN 0 THEN now() END
            WHERE order_id = NEW.id AND status = 'draft';
        ELSE
            PERFORM void_invoice(id, 'order_cancelled') FROM invoices WHERE order_id = NEW.id AND status <> 'void';
    END CASE;
    RETURN NULL;
END $$;

-- A refund that has succeeded is credited, in the same transaction.
CREATE FUNCTION follow_refund_with_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_invoice(id, NEW.amount_minor, 'refund', NEW.id) FROM invoices WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "refunds_credit_note" AFTER UPDATE OF "status" ON "refunds" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" = 'succeeded')
    EXECUTE FUNCTION follow_refund_with_credit_note();

-- What was refunded and what was voided before there were credit notes gets its own, the oldest first.
ALTER TABLE "invoices" DISABLE TRIGGER "invoices_change_check";
CREATE TEMPORARY TABLE "taken_back" AS SELECT "id", "voided_at" FROM "invoices" WHERE "status" = 'void' AND "issued_at" IS NOT NULL;
UPDATE "invoices" SET "status" = CASE "paid_minor" WHEN "total_minor" THEN 'paid' ELSE 'issued' END, "voided_at" = NULL,
    "paid_at" = CASE "paid_minor" WHEN "total_minor" THEN coalesce("paid_at", "issued_at") ELSE "paid_at" END
WHERE "id" IN (SELECT "id" FROM "taken_back");
DO $$
DECLARE
    due RECORD;
BEGIN
    FOR due IN
        SELECT invoices.id, refunds.id AS refund_id, refunds.amount_minor, refunds.settled_at AS at FROM refunds JOIN invoices USING (order_id) WHERE refunds.status = 'succeeded'
        UNION ALL
        SELECT id, NULL, NULL, voided_at FROM taken_back
        ORDER BY at, id
    LOOP
        PERFORM credit_invoice(due.id, due.amount_minor, CASE WHEN due.refund_id IS NULL THEN 'order_cancelled' ELSE 'refund' END, due.refund_id);
        UPDATE invoices SET status = 'void', voided_at = due.at WHERE id = due.id AND due.refund_id IS NULL;
    END LOOP;
END $$;
DROP TABLE "taken_back";
ALTER TABLE "invoices" ENABLE TRIGGER "invoices_change_check";

ALTER TABLE "invoices" ADD CONSTRAINT "invoices_credited_check" CHECK (
    CASE "status"
        WHEN 'paid' THEN "credited_minor" BETWEEN 0 AND "total_minor"
        WHEN 'void' THEN "credited_minor" = CASE WHEN "issued_at" IS NULL THEN 0 ELSE "total_minor" END
        ELSE "credited_minor" = 0
    END);
