-- The rules of invoices: one table of transitions, and one function per rule.

-- The transition table of the domain (packages/domain/src/invoices/invoice-status.ts).
CREATE TABLE "invoice_status_transitions" (
    "from_status" TEXT NOT NULL,
    "to_status" TEXT NOT NULL,

    CONSTRAINT "invoice_status_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);
INSERT INTO "invoice_status_transitions" ("from_status", "to_status") VALUES
    ('draft', 'issued'),
    ('draft', 'paid'),
    ('draft', 'void'),
    ('issued', 'paid'),
    ('issued', 'void'),
    ('paid', 'issued'),
    ('paid', 'void');

DROP TRIGGER "invoices_change_check" ON "invoices";
DROP FUNCTION check_invoice_change();

CREATE FUNCTION check_invoice_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an invoice keeps its number, its order and its total' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "invoices_identity_check" BEFORE UPDATE ON "invoices" FOR EACH ROW
    WHEN ((OLD."id", OLD."tenant_id", OLD."org_id", OLD."order_id", OLD."sequence", OLD."currency", OLD."currency_exponent", OLD."total_minor")
        IS DISTINCT FROM (NEW."id", NEW."tenant_id", NEW."org_id", NEW."order_id", NEW."sequence", NEW."currency", NEW."currency_exponent", NEW."total_minor"))
    EXECUTE FUNCTION check_invoice_identity();

CREATE FUNCTION check_invoice_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM invoice_status_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'an invoice that is % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "invoices_transition_check" BEFORE UPDATE OF "status" ON "invoices" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION check_invoice_transition();

-- Issues a draft. One over nothing is paid at once.
CREATE FUNCTION issue_invoice(issued UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET issued_at = now(),
        status = CASE total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
        paid_at = CASE total_minor WHEN 0 THEN now() END
    WHERE id = issued AND status = 'draft';
END $$;

-- Records money for an invoice, at most what is due. An invoice that is not issued, or of which nothing is due, takes none.
CREATE FUNCTION pay_invoice(paid UUID, amount BIGINT, by_method TEXT, under_reference TEXT, by_type TEXT, by_id TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
    SELECT tenant_id, org_id, id, currency, least(amount, total_minor - paid_minor), by_method, under_reference, by_type, by_id
    FROM (SELECT * FROM invoices WHERE id = paid AND status = 'issued' AND paid_minor < total_minor FOR UPDATE) due;
END $$;

-- Makes an order's invoice. Captured money is its first payment.
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
    END IF;
END $$;

-- An order's status changes its invoice in the same transaction.
CREATE OR REPLACE FUNCTION follow_order_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.status
        WHEN 'confirmed' THEN
            PERFORM make_invoice(NEW);
        WHEN 'closed' THEN
            PERFORM issue_invoice(id) FROM invoices WHERE order_id = NEW.id;
        ELSE
            PERFORM void_invoice(id, 'order_cancelled') FROM invoices WHERE order_id = NEW.id;
    END CASE;
    RETURN NULL;
END $$;

-- A later capture pays what is due then; a reversed one takes back what captures have paid. The order's first capture comes
-- before its invoice, which `make_invoice` begins with it.
CREATE OR REPLACE FUNCTION follow_capture_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoice invoices;
    payment payments;
    under_reference TEXT;
BEGIN
    SELECT * INTO invoice FROM invoices WHERE order_id = NEW.order_id AND status IN ('issued', 'paid') FOR UPDATE;
    SELECT * INTO payment FROM payments WHERE order_id = NEW.order_id;
    under_reference := payment.reference || ' ' || NEW.operation || ' ' || NEW.ordinal;
    IF NEW.operation = 'capture' THEN
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

-- An operator's statement that the money came another way pays what is due.
CREATE OR REPLACE FUNCTION follow_statement_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pay_invoice(id, total_minor, 'settled_elsewhere', NEW.id::text, 'operator', NEW.stated_by)
    FROM invoices WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;

GRANT SELECT ON "invoice_status_transitions" TO "oms_worker";
REVOKE ALL ON FUNCTION "issue_invoice", "pay_invoice", "check_invoice_identity", "check_invoice_transition" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "issue_invoice", "pay_invoice" TO "oms_worker";
