-- Invoices: one per order, made in the transaction that confirms it, numbered without gaps per organisation; and the
-- money that was received for them apart from the order's status.

-- CreateTable
CREATE TABLE "invoice_counters" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "last_number" BIGINT NOT NULL,

    CONSTRAINT "invoice_counters_pkey" PRIMARY KEY ("tenant_id", "org_id")
);

-- CreateTable
CREATE TABLE "invoices" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "previous_sequence" BIGINT GENERATED ALWAYS AS (NULLIF("sequence" - 1, 0)) STORED,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "currency" CHAR(3) NOT NULL,
    "currency_exponent" SMALLINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "paid_minor" BIGINT NOT NULL DEFAULT 0,
    "credited_minor" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "issued_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invoices_sequence_check" CHECK ("sequence" > 0),
    CONSTRAINT "invoices_status_check" CHECK ("status" IN ('draft', 'issued', 'paid', 'void')),
    CONSTRAINT "invoices_paid_check" CHECK ("paid_minor" >= 0 AND "paid_minor" <= "total_minor"),
    CONSTRAINT "invoices_paid_status_check" CHECK (
        CASE "status"
            WHEN 'draft' THEN "paid_minor" = 0
            WHEN 'paid' THEN "paid_minor" = "total_minor"
            ELSE true
        END),
    -- What was received for an invoice that is void is owed to the customer, all of it.
    CONSTRAINT "invoices_credited_check" CHECK ("credited_minor" = CASE "status" WHEN 'void' THEN "paid_minor" ELSE 0 END),
    CONSTRAINT "invoices_times_check" CHECK (
        ("status" <> 'draft' OR "issued_at" IS NULL) AND ("status" NOT IN ('issued', 'paid') OR "issued_at" IS NOT NULL)
        AND ("status" <> 'paid' OR "paid_at" IS NOT NULL) AND ("status" = 'void') = ("voided_at" IS NOT NULL))
);

-- CreateTable
CREATE TABLE "invoice_payments" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "reference" TEXT,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "invoice_payments_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invoice_payments_amount_check" CHECK ("amount_minor" > 0)
);

-- CreateIndex
CREATE UNIQUE INDEX "invoices_order_key" ON "invoices"("order_id");
CREATE UNIQUE INDEX "invoices_sequence_key" ON "invoices"("tenant_id", "org_id", "sequence");
CREATE UNIQUE INDEX "invoices_currency_key" ON "invoices"("id", "currency");
CREATE UNIQUE INDEX "invoice_payments_reference_key" ON "invoice_payments"("invoice_id", "reference");
CREATE INDEX "invoice_payments_newest_idx" ON "invoice_payments"("tenant_id", "org_id", "recorded_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- Numbers without gaps: every invoice but the first refers to the one before it.
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_previous_fkey" FOREIGN KEY ("tenant_id", "org_id", "previous_sequence") REFERENCES "invoices"("tenant_id", "org_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- What is paid is paid in the invoice's currency.
ALTER TABLE "invoice_payments" ADD CONSTRAINT "invoice_payments_invoice_fkey" FOREIGN KEY ("invoice_id", "currency") REFERENCES "invoices"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER "invoice_payments_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "invoice_payments" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Invoices move only forward, and keep whose they are, their number and what they are about.
CREATE FUNCTION check_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.tenant_id, OLD.org_id, OLD.order_id, OLD.sequence, OLD.currency, OLD.currency_exponent, OLD.total_minor)
        IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.org_id, NEW.order_id, NEW.sequence, NEW.currency, NEW.currency_exponent, NEW.total_minor) THEN
        RAISE EXCEPTION 'an invoice keeps its number, its order and its total' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN
        (('draft', 'issued'), ('draft', 'paid'), ('draft', 'void'), ('issued', 'paid'), ('issued', 'void'), ('paid', 'void')) THEN
        RAISE EXCEPTION 'an invoice that is % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "invoices_change_check" BEFORE UPDATE ON "invoices" FOR EACH ROW EXECUTE FUNCTION check_invoice_change();

CREATE FUNCTION refuse_deleting_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an invoice is voided, never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "invoices_no_delete" BEFORE DELETE OR TRUNCATE ON "invoices" FOR EACH STATEMENT EXECUTE FUNCTION refuse_deleting_invoices();

-- What is paid is the sum of the payments, and in no other way.
CREATE FUNCTION apply_invoice_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET
        paid_minor = paid_minor + NEW.amount_minor,
        status = CASE WHEN paid_minor + NEW.amount_minor = total_minor THEN 'paid' ELSE status END,
        paid_at = CASE WHEN paid_minor + NEW.amount_minor = total_minor THEN now() END
    WHERE id = NEW.invoice_id AND tenant_id = NEW.tenant_id AND org_id = NEW.org_id AND status = 'issued';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice % does not take payments', NEW.invoice_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER "invoice_payments_apply" AFTER INSERT ON "invoice_payments" FOR EACH ROW EXECUTE FUNCTION apply_invoice_payment();
CREATE TRIGGER "invoices_sums_insert" BEFORE INSERT ON "invoices" FOR EACH ROW
    WHEN (NEW."paid_minor" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "invoices_sums_update" BEFORE UPDATE OF "paid_minor" ON "invoices" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- Makes an order's invoice. What a provider has captured is what has been paid of it.
CREATE FUNCTION make_invoice(confirmed orders) RETURNS void LANGUAGE plpgsql AS $$
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
        UPDATE invoices SET status = 'issued', issued_at = now() WHERE id = made;
        INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
        VALUES (confirmed.tenant_id, confirmed.org_id, made, confirmed.currency, least(paid.captured_minor, confirmed.total_minor),
            paid.provider, paid.reference, 'system', 'orders');
    END IF;
END $$;

-- What an order's status means for its invoice, in the same transaction.
CREATE FUNCTION follow_order_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
            UPDATE invoices SET status = 'void', voided_at = now(), credited_minor = paid_minor
            WHERE order_id = NEW.id AND status <> 'void';
    END CASE;
    RETURN NULL;
END $$;

-- Orders that were confirmed before there were invoices get theirs, the oldest first.
DO $$
DECLARE
    confirmed orders;
BEGIN
    FOR confirmed IN SELECT * FROM orders WHERE status IN ('confirmed', 'processing', 'shipped', 'delivered', 'closed') ORDER BY confirmed_at, id LOOP
        PERFORM make_invoice(confirmed);
        UPDATE invoices SET status = CASE total_minor WHEN 0 THEN 'paid' ELSE 'issued' END, issued_at = now(), paid_at = CASE total_minor WHEN 0 THEN now() END
        WHERE order_id = confirmed.id AND status = 'draft' AND confirmed.status = 'closed';
    END LOOP;
END $$;

CREATE TRIGGER "orders_invoice" AFTER UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('confirmed', 'closed', 'cancelled'))
    EXECUTE FUNCTION follow_order_with_invoice();
