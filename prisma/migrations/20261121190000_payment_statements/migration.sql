-- What operators state of payments whose outcome no provider says, and which entries of the ledger rest on it.

-- CreateTable
CREATE TABLE "payment_statements" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "phase" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "amount_minor" BIGINT,
    "provider_object_id" TEXT,
    "evidence" TEXT NOT NULL,
    "evidence_url" TEXT,
    "stated_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    -- What the provider itself said when it was asked for it, or why it said nothing.
    "provider_said" TEXT NOT NULL,
    "stated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payment_statements_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_statements_phase_check" CHECK ("phase" IN ('paying', 'compensating', 'refunding')),
    CONSTRAINT "payment_statements_outcome_check" CHECK ("outcome" IN (
        'captured', 'not_captured', 'voided', 'not_voided', 'refunded', 'not_refunded')),
    CONSTRAINT "payment_statements_money_check" CHECK (
        CASE WHEN "outcome" IN ('captured', 'refunded')
            THEN "amount_minor" > 0 AND "provider_object_id" IS NOT NULL
            ELSE "amount_minor" IS NULL END),
    CONSTRAINT "payment_statements_words_check" CHECK (
        trim("stated_by") <> '' AND trim("reason") <> '' AND trim("evidence") <> '')
);

-- CreateIndex
CREATE INDEX "payment_statements_order_idx" ON "payment_statements"("order_id");

-- AddForeignKey
ALTER TABLE "payment_statements" ADD CONSTRAINT "payment_statements_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER "payment_statements_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_statements" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- An entry without one is what the provider said.
ALTER TABLE "payment_ledger" ADD COLUMN "statement_id" UUID;
ALTER TABLE "payment_ledger" ADD CONSTRAINT "payment_ledger_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "payment_statements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
