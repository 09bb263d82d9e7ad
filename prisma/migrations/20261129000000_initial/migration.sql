-- The whole schema, by context: settings, orders, payments, inventory, shipments and returns, catalogue, invoices,
-- API keys, ERP.
--
-- Invariants are constraints here as well as rules in code: one order per key, one order per payment reference,
-- event sequences without gaps, 0 <= reserved <= on_hand, captured <= authorised, refunded <= captured, and no status
-- change that is missing from the transition table.

-- ---------------------------------------------------------------------------------------------------------------------
-- Shared rules
-- ---------------------------------------------------------------------------------------------------------------------

-- Ledgers, events, answers and audit records are append-only for every role.
CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Sums follow their ledger. Its trigger writes them; a client's own statement may not.
CREATE FUNCTION refuse_sum_without_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the sums of % follow its ledger: append an entry', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Settings
-- ---------------------------------------------------------------------------------------------------------------------

-- Durations are in seconds.
CREATE TABLE "tenant_settings" (
    "tenant_id" UUID NOT NULL,
    "order_number_prefix" TEXT NOT NULL DEFAULT 'ORD',
    "last_order_number" BIGINT NOT NULL DEFAULT 10000,
    "return_window_seconds" INTEGER NOT NULL DEFAULT 2592000,
    "pending_limit_seconds" INTEGER NOT NULL DEFAULT 86400,
    -- Whether a payment that names no tenant and organisation is refused.
    "payments_require_metadata" BOOLEAN NOT NULL DEFAULT false,
    -- Null: approved returns do not expire.
    "return_expiry_days" INTEGER,
    "capture_policy" TEXT NOT NULL DEFAULT 'at_confirmation',
    "split_shipments" TEXT NOT NULL DEFAULT 'capture_all',
    "lapsing_authorizations" TEXT NOT NULL DEFAULT 'flag',
    -- How long after their end orders take refunds. Null: as long as money is left.
    "refund_window_days" INTEGER,

    CONSTRAINT "tenant_settings_pkey" PRIMARY KEY ("tenant_id"),
    CONSTRAINT "tenant_settings_prefix_check" CHECK ("order_number_prefix" ~ '^[A-Z0-9]{1,8}$'),
    CONSTRAINT "tenant_settings_limits_check" CHECK ("return_window_seconds" > 0 AND "pending_limit_seconds" > 0),
    CONSTRAINT "tenant_settings_return_expiry_check" CHECK ("return_expiry_days" > 0),
    CONSTRAINT "tenant_settings_refund_window_check" CHECK ("refund_window_days" > 0),
    CONSTRAINT "tenant_settings_capture_check" CHECK ("capture_policy" IN ('at_confirmation', 'at_shipment')
        AND "split_shipments" IN ('capture_all', 'refuse') AND "lapsing_authorizations" IN ('flag', 'capture'))
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Orders
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE "order_status_transitions" (
    "from_status" TEXT NOT NULL,
    "to_status" TEXT NOT NULL,

    CONSTRAINT "order_status_transitions_pkey" PRIMARY KEY ("from_status", "to_status")
);

INSERT INTO "order_status_transitions" ("from_status", "to_status") VALUES
    ('draft', 'pending'),
    ('draft', 'cancelled'),
    ('pending', 'confirmed'),
    ('pending', 'cancelled'),
    ('confirmed', 'processing'),
    ('confirmed', 'cancelled'),
    ('processing', 'shipped'),
    -- All units were cancelled before any has shipped.
    ('processing', 'cancelled'),
    ('shipped', 'delivered'),
    -- A shipment was taken back.
    ('shipped', 'processing'),
    -- All shipments came back, and no unit of them can be sold again.
    ('shipped', 'closed'),
    ('delivered', 'closed');

-- An order without a payment provider is paid by invoice. Flags are conditions that an operator has to look at.
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "payment_status" TEXT NOT NULL,
    "stock_status" TEXT NOT NULL DEFAULT 'none',
    "flags" TEXT[] NOT NULL DEFAULT '{}',
    "cancellation_reason" TEXT,
    "cancellation_detail" TEXT,
    -- The decision to cancel the order, with its reason and the change that asked for it, until everything is undone.
    "cancelling" JSONB,
    "customer_id" UUID,
    "customer_ref" TEXT,
    "external_id" TEXT,
    "channel" TEXT,
    "source_platform" TEXT,
    "currency" CHAR(3) NOT NULL,
    "currency_exponent" SMALLINT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "discount_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "taxes_included" BOOLEAN NOT NULL DEFAULT false,
    "shipping_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "payment_provider" TEXT,
    "payment_reference" TEXT,
    -- The number of the payment's notifications that the provider's last answer covers, where the order does not take its
    -- payment. Null: it was not asked.
    "unused_payment_seen" INTEGER,
    -- The tenant's settings when the order was recorded.
    "payments_require_metadata" BOOLEAN NOT NULL DEFAULT false,
    "return_window_seconds" INTEGER NOT NULL DEFAULT 2592000,
    "pending_limit_seconds" INTEGER NOT NULL DEFAULT 86400,
    "return_expiry_days" INTEGER,
    "capture_policy" TEXT NOT NULL DEFAULT 'at_confirmation',
    "split_shipments" TEXT NOT NULL DEFAULT 'capture_all',
    "lapsing_authorizations" TEXT NOT NULL DEFAULT 'flag',
    "refund_window_days" INTEGER,
    "shipping_address" JSONB,
    "billing_address" JSONB,
    "shipping_method" TEXT,
    -- Note and tags are for people.
    "note" TEXT,
    "tags" TEXT[] NOT NULL DEFAULT '{}',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "draft_at" TIMESTAMPTZ(3),
    "pending_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "processing_at" TIMESTAMPTZ(3),
    "shipped_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "orders_status_check" CHECK ("status" IN ('draft', 'pending', 'confirmed', 'processing', 'shipped', 'delivered', 'closed', 'cancelled')),
    CONSTRAINT "orders_payment_status_check" CHECK ("payment_status" IN ('pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'voided', 'failed', 'unknown')),
    CONSTRAINT "orders_stock_status_check" CHECK ("stock_status" IN ('none', 'reserved', 'shipped', 'released')),
    CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
        'capture_failed', 'recapture_reported', 'settled_elsewhere', 'paid_twice', 'overpaid', 'captured_after_cancellation', 'refund_failed',
        'refunded_unshipped', 'unused_payment_kept', 'disputed', 'dispute_lost', 'capture_declined', 'authorization_expiring', 'authorization_expired']),
    CONSTRAINT "orders_capture_check" CHECK ("capture_policy" IN ('at_confirmation', 'at_shipment')
        AND "split_shipments" IN ('capture_all', 'refuse') AND "lapsing_authorizations" IN ('flag', 'capture')),
    CONSTRAINT "orders_cancellation_check" CHECK (("status" = 'cancelled') = ("cancellation_reason" IS NOT NULL)),
    CONSTRAINT "orders_cancelling_check" CHECK ("status" <> 'cancelled' OR "cancelling" IS NULL),
    -- A cancelled order holds no stock.
    CONSTRAINT "orders_cancelled_stock_check" CHECK ("status" <> 'cancelled' OR "stock_status" <> 'reserved'),
    CONSTRAINT "orders_total_check" CHECK ("total_minor" = "subtotal_minor" - "discount_minor"
        + CASE WHEN "taxes_included" THEN 0 ELSE "tax_minor" END + "shipping_minor"),
    CONSTRAINT "orders_included_tax_check" CHECK (NOT "taxes_included" OR "tax_minor" <= "subtotal_minor" - "discount_minor"),
    CONSTRAINT "orders_amounts_check" CHECK ("subtotal_minor" >= 0 AND "discount_minor" BETWEEN 0 AND "subtotal_minor" AND "tax_minor" >= 0 AND "shipping_minor" >= 0),
    CONSTRAINT "orders_currency_exponent_check" CHECK ("currency_exponent" BETWEEN 0 AND 4),
    CONSTRAINT "orders_payment_check" CHECK (("payment_provider" IS NULL) = ("payment_reference" IS NULL))
);

CREATE UNIQUE INDEX "orders_idempotency_key_key" ON "orders"("tenant_id", "org_id", "idempotency_key");
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("tenant_id", "number");
-- An order gives its external id free when its cancellation is decided, so that a shop can place the order again: the undos
-- may take as long as a provider does.
CREATE UNIQUE INDEX "orders_external_id_key" ON "orders"("tenant_id", "external_id")
    WHERE "status" <> 'cancelled' AND "cancelling" IS NULL;
CREATE INDEX "orders_newest_idx" ON "orders"("tenant_id", "org_id", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_status_newest_idx" ON "orders"("tenant_id", "org_id", "status", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_customer_newest_idx" ON "orders"("tenant_id", "org_id", "customer_id", "created_at" DESC, "id" DESC) WHERE "customer_id" IS NOT NULL;
CREATE INDEX "orders_channel_newest_idx" ON "orders"("tenant_id", "org_id", "channel", "created_at" DESC, "id" DESC) WHERE "channel" IS NOT NULL;
CREATE INDEX "orders_payment_status_newest_idx" ON "orders"("tenant_id", "org_id", "payment_status", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_flagged_newest_idx" ON "orders"("tenant_id", "org_id", "created_at" DESC, "id" DESC) WHERE "flags" <> '{}';
CREATE INDEX "orders_external_id_newest_idx" ON "orders"("tenant_id", "org_id", "external_id", "created_at" DESC, "id" DESC) WHERE "external_id" IS NOT NULL;
CREATE INDEX "orders_shipping_email_newest_idx" ON "orders"("tenant_id", "org_id", lower("shipping_address" ->> 'email'), "created_at" DESC, "id" DESC)
    WHERE "shipping_address" ->> 'email' IS NOT NULL;
CREATE INDEX "orders_billing_email_newest_idx" ON "orders"("tenant_id", "org_id", lower("billing_address" ->> 'email'), "created_at" DESC, "id" DESC)
    WHERE "billing_address" ->> 'email' IS NOT NULL;
-- A notification finds the orders that wait for it, also before one of them has claimed the reference.
CREATE INDEX "orders_payment_reference_idx" ON "orders"("payment_provider", "payment_reference") WHERE "payment_reference" IS NOT NULL;
-- One index per sort order of a list, so that a page of any depth is one index scan. The id breaks ties.
CREATE INDEX "orders_number_sort_idx" ON "orders"("tenant_id", "org_id", (coalesce(substring("number" from '[0-9]+$'), '0')::numeric) DESC, "id" DESC);
CREATE INDEX "orders_total_sort_idx" ON "orders"("tenant_id", "org_id", ("total_minor"::numeric * (ARRAY[10000, 1000, 100, 10, 1])["currency_exponent" + 1]) DESC, "id" DESC);
CREATE INDEX "orders_updated_sort_idx" ON "orders"("tenant_id", "org_id", "updated_at" DESC, "id" DESC);

-- A line without a location is allocated to one location, or to several, when its stock is reserved.
CREATE TABLE "order_lines" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "product_title" TEXT,
    "product_id" TEXT,
    "variant_id" UUID,
    "location_id" UUID,
    "sku" TEXT,
    "variant_title" TEXT,
    "quantity" INTEGER NOT NULL,
    "shipped_quantity" INTEGER NOT NULL DEFAULT 0,
    "delivered_quantity" INTEGER NOT NULL DEFAULT 0,
    "returned_quantity" INTEGER NOT NULL DEFAULT 0,
    -- Units that came back undelivered and cannot be sold again.
    "returned_to_sender_quantity" INTEGER NOT NULL DEFAULT 0,
    "cancelled_quantity" INTEGER NOT NULL DEFAULT 0,
    "unit_price_minor" BIGINT NOT NULL,
    -- Both are null where the tax of the order is spread over its lines. The rate is null where the amount was stated.
    "tax_rate_millionths" INTEGER,
    "tax_minor" BIGINT,
    "requires_shipping" BOOLEAN NOT NULL,

    CONSTRAINT "order_lines_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "order_lines_quantity_check" CHECK ("quantity" > 0),
    -- ordered = open + cancelled + shipped, and shipped = in transit + delivered + returned to sender
    CONSTRAINT "order_lines_progress_check" CHECK (
        0 <= "returned_quantity" AND "returned_quantity" <= "delivered_quantity" AND 0 <= "returned_to_sender_quantity"
        AND "delivered_quantity" + "returned_to_sender_quantity" <= "shipped_quantity"
        AND 0 <= "cancelled_quantity" AND "shipped_quantity" + "cancelled_quantity" <= "quantity"),
    CONSTRAINT "order_lines_unit_price_check" CHECK ("unit_price_minor" >= 0),
    CONSTRAINT "order_lines_tax_check" CHECK (
        "tax_minor" >= 0 AND ("tax_rate_millionths" IS NULL OR "tax_rate_millionths" BETWEEN 0 AND 1000000 AND "tax_minor" IS NOT NULL)),
    CONSTRAINT "order_lines_location_check" CHECK ("location_id" IS NULL OR "variant_id" IS NOT NULL)
);
CREATE UNIQUE INDEX "order_lines_position_key" ON "order_lines"("order_id", "position");
CREATE INDEX "order_lines_sku_idx" ON "order_lines"("sku", "order_id") WHERE "sku" IS NOT NULL;
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Where the lines have taxes of their own, all of them do, and the tax of the order is their sum.
CREATE FUNCTION check_tax_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_order UUID := CASE TG_TABLE_NAME WHEN 'orders' THEN (to_jsonb(NEW) ->> 'id')::uuid ELSE (to_jsonb(NEW) ->> 'order_id')::uuid END;
BEGIN
    IF EXISTS (
        SELECT FROM orders JOIN order_lines ON order_id = orders.id WHERE orders.id = of_order
        GROUP BY orders.id
        HAVING count(order_lines.tax_minor) NOT IN (0, count(*))
            OR (count(order_lines.tax_minor) > 0 AND sum(order_lines.tax_minor) <> orders.tax_minor)
    ) THEN
        RAISE EXCEPTION 'the taxes of the lines of order % do not add up to its tax', of_order USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- Checked at the end of the transaction, once for an order: an edit of a draft changes the order after its lines.
CREATE CONSTRAINT TRIGGER "orders_tax_of_lines" AFTER INSERT OR UPDATE OF "tax_minor" ON "orders"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_tax_of_lines();
CREATE CONSTRAINT TRIGGER "order_lines_tax_of_lines" AFTER UPDATE OF "tax_minor" ON "order_lines"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD."tax_minor" IS DISTINCT FROM NEW."tax_minor") EXECUTE FUNCTION check_tax_of_lines();

-- An order's events. Each but the first refers to the one before it, so that the sequence has no gaps.
CREATE TABLE "order_events" (
    "order_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "previous_sequence" INTEGER GENERATED ALWAYS AS (NULLIF("sequence" - 1, 0)) STORED,
    "type" TEXT NOT NULL,
    "from_status" TEXT,
    "to_status" TEXT,
    "reason" TEXT,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "order_events_pkey" PRIMARY KEY ("order_id", "sequence"),
    CONSTRAINT "order_events_sequence_check" CHECK ("sequence" > 0)
);
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_previous_fkey" FOREIGN KEY ("order_id", "previous_sequence") REFERENCES "order_events"("order_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- An order's version is the sequence of its latest event: no change without an event.
ALTER TABLE "orders" ADD CONSTRAINT "orders_version_fkey" FOREIGN KEY ("id", "version") REFERENCES "order_events"("order_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
CREATE TRIGGER "order_events_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "order_events" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE TABLE "audit_log" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    -- Products have ids of their own, which are no UUIDs.
    "resource_id" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_log_newest_idx" ON "audit_log"("tenant_id", "org_id", "id" DESC);
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Changes of one order with their answers: a repeated request gets the same answer.
CREATE TABLE "order_commands" (
    "order_id" UUID NOT NULL,
    "command_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "order_commands_pkey" PRIMARY KEY ("order_id", "command_id")
);
ALTER TABLE "order_commands" ADD CONSTRAINT "order_commands_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- The key of a change of an invoice belongs to the organisation: it changes the invoice of one order.
CREATE UNIQUE INDEX "order_commands_invoice_key" ON "order_commands"("command_id") WHERE "type" IN ('issue_invoice', 'void_invoice', 'record_payment');
CREATE TRIGGER "order_commands_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "order_commands" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- A change that was refused. Nothing else was written for it. A key may ask again after a refusal.
CREATE TABLE "order_refusals" (
    "order_id" UUID NOT NULL,
    "command_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "refusal" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "order_refusals_pkey" PRIMARY KEY ("order_id", "command_id", "request_id")
);
ALTER TABLE "order_refusals" ADD CONSTRAINT "order_refusals_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "order_refusals_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "order_refusals" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Commands of the gateway with their answers: products, API keys, settings, ERP connections.
CREATE TABLE "commands" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "commands_pkey" PRIMARY KEY ("id")
);
CREATE TRIGGER "commands_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "commands" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE FUNCTION check_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM order_status_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'an order that is % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "orders_transition_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION check_order_transition();

CREATE FUNCTION refuse_other_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order keeps its id, tenant, organisation, number, key and request' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "orders_identity" BEFORE UPDATE OF "id", "tenant_id", "org_id", "number", "idempotency_key", "request_hash" ON "orders" FOR EACH ROW
    WHEN ((OLD."id", OLD."tenant_id", OLD."org_id", OLD."number", OLD."idempotency_key", OLD."request_hash")
        IS DISTINCT FROM (NEW."id", NEW."tenant_id", NEW."org_id", NEW."number", NEW."idempotency_key", NEW."request_hash"))
    EXECUTE FUNCTION refuse_other_identity();

-- An order is shipped when every unit that needs shipping has left or is cancelled. It is delivered, or closed, when every
-- such unit has arrived, came back undelivered, or is cancelled. Nothing of a cancelled order has left.
CREATE FUNCTION check_order_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'cancelled' THEN
        IF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND shipped_quantity > 0) THEN
            RAISE EXCEPTION 'order % cannot be cancelled: some of it has shipped', NEW.id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND requires_shipping
        AND quantity - cancelled_quantity > CASE NEW.status WHEN 'shipped' THEN shipped_quantity
            ELSE delivered_quantity + returned_to_sender_quantity END) THEN
        RAISE EXCEPTION 'order % cannot be % yet: not all of it is', NEW.id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    -- Delivered units can be returned until the window has ended.
    IF OLD.status = 'shipped' AND NEW.status = 'closed'
        AND EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND delivered_quantity > 0) THEN
        RAISE EXCEPTION 'order % cannot be closed yet: some of it has arrived', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "orders_progress_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('shipped', 'delivered', 'closed', 'cancelled')) EXECUTE FUNCTION check_order_progress();

-- ---------------------------------------------------------------------------------------------------------------------
-- Payments
-- ---------------------------------------------------------------------------------------------------------------------

-- The sums of an order's payment, kept by the ledger's trigger.
CREATE TABLE "payments" (
    "order_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "authorized_minor" BIGINT NOT NULL DEFAULT 0,
    "captured_minor" BIGINT NOT NULL DEFAULT 0,
    "voided_minor" BIGINT NOT NULL DEFAULT 0,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    -- Taken for disputes and not given back. A bank may take money that was refunded before: then it is more than what is left.
    "disputed_minor" BIGINT NOT NULL DEFAULT 0,
    -- The provider moves multiples of this amount only, in minor units of the currency: 10 for BHD at Stripe.
    "money_step_minor" BIGINT NOT NULL DEFAULT 1,
    -- Null where the provider does not say when an uncaptured authorisation lapses.
    "authorization_expires_at" TIMESTAMPTZ(3),
    -- Claimed by an order that does not take it: only to void or to refund it.
    "is_unused" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("order_id"),
    CONSTRAINT "payments_money_step_check" CHECK ("money_step_minor" >= 1),
    CONSTRAINT "payments_captured_check" CHECK ("captured_minor" >= 0 AND "captured_minor" + "voided_minor" <= "authorized_minor"),
    CONSTRAINT "payments_refunded_check" CHECK ("refunded_minor" >= 0 AND "refunded_minor" <= "captured_minor"),
    -- A negative sum would let more be captured than was authorised.
    CONSTRAINT "payments_voided_check" CHECK ("voided_minor" >= 0),
    CONSTRAINT "payments_disputed_check" CHECK ("disputed_minor" >= 0)
);
CREATE UNIQUE INDEX "payments_reference_key" ON "payments"("provider", "reference");
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- A client's statement runs at trigger depth 0, the ledger's trigger above it.
CREATE TRIGGER "payments_sums_insert" BEFORE INSERT ON "payments" FOR EACH ROW
    WHEN (NEW."authorized_minor" <> 0 OR NEW."captured_minor" <> 0 OR NEW."voided_minor" <> 0 OR NEW."refunded_minor" <> 0
        OR NEW."disputed_minor" <> 0)
    EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "payments_sums_update" BEFORE UPDATE OF "authorized_minor", "captured_minor", "voided_minor", "refunded_minor", "disputed_minor" ON "payments" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- Statements of operators about payments whose outcome the provider does not tell.
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
    -- The provider's own answer when it was asked, or why it gave none.
    "provider_said" TEXT NOT NULL,
    "stated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payment_statements_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_statements_phase_check" CHECK ("phase" IN ('paying', 'compensating', 'refunding', 'taken_back')),
    CONSTRAINT "payment_statements_outcome_check" CHECK ("outcome" IN (
        'captured', 'not_captured', 'voided', 'not_voided', 'refunded', 'not_refunded', 'settled_elsewhere')),
    CONSTRAINT "payment_statements_money_check" CHECK (
        CASE WHEN "outcome" IN ('captured', 'refunded')
            THEN "amount_minor" > 0 AND "provider_object_id" IS NOT NULL
            ELSE "amount_minor" IS NULL END),
    CONSTRAINT "payment_statements_words_check" CHECK (
        trim("stated_by") <> '' AND trim("reason") <> '' AND trim("evidence") <> '')
);
CREATE INDEX "payment_statements_order_idx" ON "payment_statements"("order_id");
ALTER TABLE "payment_statements" ADD CONSTRAINT "payment_statements_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "payment_statements_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_statements" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- `capture_failed` and `refund_failed` take back an entry whose movement did not happen after all. `refund_elsewhere`
-- is money that was given back at the provider itself. An entry without a statement is the provider's own word.
CREATE TABLE "payment_ledger" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "order_id" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "provider_object_id" TEXT NOT NULL,
    "statement_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payment_ledger_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_ledger_operation_check" CHECK ("operation" IN (
        'authorize', 'capture', 'capture_failed', 'void', 'refund', 'refund_elsewhere', 'refund_failed',
        'dispute_opened', 'dispute_withdrawn', 'dispute_reinstated', 'dispute_won', 'dispute_lost')),
    CONSTRAINT "payment_ledger_amount_check" CHECK ("amount_minor" > 0)
);
CREATE UNIQUE INDEX "payment_ledger_operation_key" ON "payment_ledger"("order_id", "operation", "ordinal");
CREATE UNIQUE INDEX "payment_ledger_idempotency_key_key" ON "payment_ledger"("idempotency_key");
-- One entry per movement at the provider, however often it is reported.
CREATE UNIQUE INDEX "payment_ledger_refund_object_key" ON "payment_ledger"("order_id", "operation", "provider_object_id")
    WHERE "operation" IN ('refund_elsewhere', 'refund_failed');
ALTER TABLE "payment_ledger" ADD CONSTRAINT "payment_ledger_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "payments"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "payment_ledger" ADD CONSTRAINT "payment_ledger_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "payment_statements"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "payment_ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_ledger" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE FUNCTION apply_payment_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET
        authorized_minor = authorized_minor + CASE NEW.operation WHEN 'authorize' THEN NEW.amount_minor ELSE 0 END,
        captured_minor = captured_minor + CASE NEW.operation
            WHEN 'capture' THEN NEW.amount_minor WHEN 'capture_failed' THEN -NEW.amount_minor ELSE 0 END,
        voided_minor = voided_minor + CASE NEW.operation WHEN 'void' THEN NEW.amount_minor ELSE 0 END,
        refunded_minor = refunded_minor + CASE
            WHEN NEW.operation IN ('refund', 'refund_elsewhere') THEN NEW.amount_minor
            WHEN NEW.operation = 'refund_failed' THEN -NEW.amount_minor ELSE 0 END,
        disputed_minor = disputed_minor + CASE NEW.operation
            WHEN 'dispute_withdrawn' THEN NEW.amount_minor WHEN 'dispute_reinstated' THEN -NEW.amount_minor ELSE 0 END
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_ledger_apply" AFTER INSERT ON "payment_ledger" FOR EACH ROW EXECUTE FUNCTION apply_payment_ledger();

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

-- Notifications of payment providers, each once, however often it is delivered. A payment's state follows from all of
-- them, so none is ever changed. The gateway keeps a notification before it answers; the order that pays with the
-- reference settles it later.
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
    -- The owner that the notification names. Null where it says nothing about the owner.
    "owner_kind" TEXT,
    "owner_tenant_id" UUID,
    "owner_org_id" UUID,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Null: the order that pays with the reference may still owe the settlement.
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_notifications_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_notifications_kind_check" CHECK ("kind" IN (
        'authorized', 'authorization_failed', 'authorization_expired', 'captured', 'capture_failed',
        'voided', 'void_failed', 'refunded', 'refund_failed', 'reversed',
        'dispute_opened', 'dispute_withdrawn', 'dispute_reinstated', 'dispute_won', 'dispute_lost')),
    CONSTRAINT "payment_notifications_owner_kind_check" CHECK ("owner_kind" IN ('named', 'unnamed', 'unreadable')),
    CONSTRAINT "payment_notifications_owner_check" CHECK (
        CASE "owner_kind"
            WHEN 'named' THEN "owner_tenant_id" IS NOT NULL AND "owner_org_id" IS NOT NULL
            ELSE "owner_tenant_id" IS NULL AND "owner_org_id" IS NULL
        END)
);
CREATE UNIQUE INDEX "payment_notifications_event_key" ON "payment_notifications"("provider", "event_id");
CREATE INDEX "payment_notifications_reference_idx" ON "payment_notifications"("provider", "reference", "id");
CREATE INDEX "payment_notifications_unsettled_idx" ON "payment_notifications"("provider", "reference", "id") WHERE "settled_at" IS NULL;
-- A notification is append-only but for its settlement, which happens once.
CREATE TRIGGER "payment_notifications_append_only"
    BEFORE DELETE OR TRUNCATE OR UPDATE OF
        "id", "provider", "event_id", "kind", "reference", "object_id", "operation_key", "amount_minor", "currency", "reason",
        "owner_kind", "owner_tenant_id", "owner_org_id", "occurred_at", "received_at"
    ON "payment_notifications" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER "payment_notifications_settled_once" BEFORE UPDATE ON "payment_notifications" FOR EACH ROW
    WHEN (OLD."settled_at" IS NOT NULL) EXECUTE FUNCTION refuse_rewriting_history();

-- ---------------------------------------------------------------------------------------------------------------------
-- Inventory
-- ---------------------------------------------------------------------------------------------------------------------

-- The stock of a variant at a location. The sums are kept by the ledger's trigger.
CREATE TABLE "inventory_levels" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "sku" TEXT,
    "on_hand" BIGINT NOT NULL DEFAULT 0,
    "reserved" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "inventory_levels_pkey" PRIMARY KEY ("tenant_id", "org_id", "variant_id", "location_id"),
    CONSTRAINT "inventory_levels_reserved_check" CHECK ("reserved" >= 0 AND "reserved" <= "on_hand")
);
CREATE INDEX "inventory_levels_sku_idx" ON "inventory_levels"("tenant_id", "org_id", "sku");
CREATE TRIGGER "inventory_levels_sums_insert" BEFORE INSERT ON "inventory_levels" FOR EACH ROW
    WHEN (NEW."on_hand" <> 0 OR NEW."reserved" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "inventory_levels_sums_update" BEFORE UPDATE OF "on_hand", "reserved" ON "inventory_levels" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- Reserved units of an order, a row per line and location.
CREATE TABLE "reservations" (
    "line_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "shipped_quantity" INTEGER NOT NULL DEFAULT 0,
    "cancelled_quantity" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL DEFAULT 'reserved',
    "reserved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "reservations_pkey" PRIMARY KEY ("line_id", "location_id"),
    CONSTRAINT "reservations_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "reservations_status_check" CHECK ("status" IN ('reserved', 'released')),
    CONSTRAINT "reservations_released_check" CHECK (("status" = 'released') = ("released_at" IS NOT NULL)),
    CONSTRAINT "reservations_progress_check" CHECK (
        "shipped_quantity" >= 0 AND "cancelled_quantity" >= 0 AND "shipped_quantity" + "cancelled_quantity" <= "quantity"
        AND ("shipped_quantity" = 0 OR "status" = 'reserved'))
);
CREATE INDEX "reservations_order_idx" ON "reservations"("order_id");
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- `ship` and `restock` name the shipment or return that moved the units.
CREATE TABLE "stock_ledger" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "on_hand_delta" BIGINT NOT NULL,
    "reserved_delta" BIGINT NOT NULL,
    "order_id" UUID,
    "line_id" UUID,
    "document_id" UUID,
    "reason" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "stock_ledger_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "stock_ledger_kind_check" CHECK ("kind" IN ('receive', 'adjust', 'reserve', 'release', 'ship', 'unship', 'restock')),
    CONSTRAINT "stock_ledger_delta_check" CHECK (
        CASE "kind"
            WHEN 'receive' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0
            WHEN 'adjust' THEN "on_hand_delta" <> 0 AND "reserved_delta" = 0
            WHEN 'reserve' THEN "on_hand_delta" = 0 AND "reserved_delta" > 0 AND "line_id" IS NOT NULL
            WHEN 'release' THEN "on_hand_delta" = 0 AND "reserved_delta" < 0 AND "line_id" IS NOT NULL
            WHEN 'ship' THEN "on_hand_delta" < 0 AND "reserved_delta" = "on_hand_delta" AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
            -- It takes a `ship` of the same shipment back.
            WHEN 'unship' THEN "on_hand_delta" > 0 AND "reserved_delta" = "on_hand_delta" AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
            WHEN 'restock' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0 AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
        END)
);
-- A `release` of cancelled units names their cancellation; the `release` of a whole order names no document.
CREATE UNIQUE INDEX "stock_ledger_hold_key" ON "stock_ledger"("line_id", "location_id", "kind")
    WHERE "kind" = 'reserve' OR ("kind" = 'release' AND "document_id" IS NULL);
CREATE UNIQUE INDEX "stock_ledger_document_key" ON "stock_ledger"("document_id", "line_id", "location_id", "kind");
CREATE INDEX "stock_ledger_level_idx" ON "stock_ledger"("tenant_id", "org_id", "variant_id", "location_id", "id");
ALTER TABLE "stock_ledger" ADD CONSTRAINT "stock_ledger_level_fkey" FOREIGN KEY ("tenant_id", "org_id", "variant_id", "location_id") REFERENCES "inventory_levels"("tenant_id", "org_id", "variant_id", "location_id") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "stock_ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "stock_ledger" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE FUNCTION apply_stock_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inventory_levels level SET
        on_hand = level.on_hand + change.on_hand_delta,
        reserved = level.reserved + change.reserved_delta,
        updated_at = now()
    FROM (
        SELECT tenant_id, org_id, variant_id, location_id, sum(on_hand_delta) AS on_hand_delta, sum(reserved_delta) AS reserved_delta
        FROM appended GROUP BY tenant_id, org_id, variant_id, location_id
    ) change
    WHERE level.tenant_id = change.tenant_id AND level.org_id = change.org_id
        AND level.variant_id = change.variant_id AND level.location_id = change.location_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "stock_ledger_apply" AFTER INSERT ON "stock_ledger" REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION apply_stock_ledger();

-- ---------------------------------------------------------------------------------------------------------------------
-- Shipments, returns and refunds
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE "shipments" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "tracking_number" TEXT,
    "carrier" TEXT,
    "shipped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "delivered_at" TIMESTAMPTZ(3),
    -- It was taken back before its delivery.
    "cancelled_at" TIMESTAMPTZ(3),
    "cancellation_reason" TEXT,
    -- It came back undelivered.
    "returned_to_sender_at" TIMESTAMPTZ(3),
    "returned_to_sender_reason" TEXT,

    CONSTRAINT "shipments_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "shipments_end_check" CHECK (num_nonnulls("delivered_at", "cancelled_at", "returned_to_sender_at") <= 1),
    CONSTRAINT "shipments_cancellation_reason_check" CHECK ("cancellation_reason" IS NULL OR "cancelled_at" IS NOT NULL),
    CONSTRAINT "shipments_returned_to_sender_reason_check" CHECK (
        "returned_to_sender_reason" IS NULL OR "returned_to_sender_at" IS NOT NULL)
);
CREATE UNIQUE INDEX "shipments_ordinal_key" ON "shipments"("order_id", "ordinal");
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

CREATE TABLE "shipment_lines" (
    "shipment_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    -- In which condition the units of a shipment came back undelivered. All three are null until they do.
    "restocked_quantity" INTEGER,
    "damaged_quantity" INTEGER,
    "missing_quantity" INTEGER,

    CONSTRAINT "shipment_lines_pkey" PRIMARY KEY ("shipment_id", "line_id"),
    CONSTRAINT "shipment_lines_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "shipment_lines_received_check" CHECK (
        num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 0
        OR (num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 3
            AND 0 <= "restocked_quantity" AND 0 <= "damaged_quantity" AND 0 <= "missing_quantity"
            AND "restocked_quantity" + "damaged_quantity" + "missing_quantity" = "quantity"))
);
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipments"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "returns" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "decision_reason" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "decided_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    -- An approved return has the time at which it expires from its approval on, where the tenant wants it.
    "expires_at" TIMESTAMPTZ(3),
    "expired_at" TIMESTAMPTZ(3),

    CONSTRAINT "returns_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "returns_status_check" CHECK ("status" IN ('requested', 'approved', 'declined', 'cancelled', 'expired', 'received', 'refunded')),
    CONSTRAINT "returns_times_check" CHECK (
        ("status" = 'cancelled' OR ("status" = 'requested') = ("decided_at" IS NULL))
        AND ("status" IN ('received', 'refunded')) = ("received_at" IS NOT NULL)
        AND ("status" = 'cancelled') = ("cancelled_at" IS NOT NULL)
        AND ("status" = 'expired') = ("expired_at" IS NOT NULL)),
    CONSTRAINT "returns_expiry_check" CHECK (
        CASE "status"
            WHEN 'expired' THEN "expires_at" IS NOT NULL
            WHEN 'requested' THEN "expires_at" IS NULL
            WHEN 'declined' THEN "expires_at" IS NULL
            ELSE true
        END)
);
CREATE UNIQUE INDEX "returns_ordinal_key" ON "returns"("order_id", "ordinal");
ALTER TABLE "returns" ADD CONSTRAINT "returns_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "return_lines" (
    "return_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    -- In which condition the units came back. All three are null until they do.
    "restocked_quantity" INTEGER,
    "damaged_quantity" INTEGER,
    "missing_quantity" INTEGER,

    CONSTRAINT "return_lines_pkey" PRIMARY KEY ("return_id", "line_id"),
    CONSTRAINT "return_lines_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "return_lines_received_check" CHECK (
        num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 0
        OR (num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 3
            AND 0 <= "restocked_quantity" AND 0 <= "damaged_quantity" AND 0 <= "missing_quantity"
            AND "restocked_quantity" + "damaged_quantity" + "missing_quantity" = "quantity"))
);
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_return_id_fkey" FOREIGN KEY ("return_id") REFERENCES "returns"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Requested refunds. Money that was given back is in the payment ledger.
CREATE TABLE "refunds" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "return_id" UUID,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "amount_minor" BIGINT NOT NULL,
    "lines" JSONB NOT NULL DEFAULT '[]',
    "reason" TEXT,
    "failure" TEXT,
    -- A refund that was made at the provider itself.
    "provider_refund_id" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "refunds_status_check" CHECK ("status" IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT "refunds_amount_check" CHECK ("amount_minor" > 0),
    -- Ordinal 1 of the ledger's refunds is the one that undoes a whole order.
    CONSTRAINT "refunds_ordinal_check" CHECK ("ordinal" >= 2),
    CONSTRAINT "refunds_settled_check" CHECK (("status" = 'pending') = ("settled_at" IS NULL)),
    CONSTRAINT "refunds_failure_check" CHECK (("status" = 'failed') = ("failure" IS NOT NULL)),
    CONSTRAINT "refunds_provider_check" CHECK ("provider_refund_id" IS NULL OR "status" <> 'pending')
);
CREATE UNIQUE INDEX "refunds_ordinal_key" ON "refunds"("order_id", "ordinal");
CREATE UNIQUE INDEX "refunds_provider_key" ON "refunds"("order_id", "provider_refund_id");
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_return_id_fkey" FOREIGN KEY ("return_id") REFERENCES "returns"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Pending refunds stay within the captured money that was not given back yet. The payment is locked first; the count
-- after it sees refunds that another transaction committed meanwhile.
CREATE FUNCTION check_refunds_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- A refund at the provider may exceed what pending ones leave: then the provider rejects those.
CREATE TRIGGER "refunds_within_capture" AFTER INSERT OR UPDATE OF "amount_minor" ON "refunds" FOR EACH ROW
    WHEN (NEW."status" = 'pending') EXECUTE FUNCTION check_refunds_within_capture();

-- The payments that a draft named before its reference was changed. They are released once.
CREATE TABLE "dropped_payments" (
    "order_id" UUID NOT NULL,
    -- 1 for the first payment that the order dropped.
    "ordinal" INTEGER NOT NULL,
    "provider" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    -- Decided before the provider is called, so that a retry repeats the same call.
    "operation" TEXT,
    "amount_minor" BIGINT,
    "currency" CHAR(3),
    "dropped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Null: the release is owed.
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "dropped_payments_pkey" PRIMARY KEY ("order_id", "ordinal"),
    CONSTRAINT "dropped_payments_ordinal_check" CHECK ("ordinal" > 0),
    CONSTRAINT "dropped_payments_operation_check" CHECK ("operation" IN ('void', 'refund')),
    CONSTRAINT "dropped_payments_money_check" CHECK (
        ("operation" IS NULL) = ("amount_minor" IS NULL) AND ("operation" IS NULL) = ("currency" IS NULL) AND "amount_minor" > 0)
);
ALTER TABLE "dropped_payments" ADD CONSTRAINT "dropped_payments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

-- ---------------------------------------------------------------------------------------------------------------------
-- Catalogue
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE "products" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "currency" CHAR(3) NOT NULL,
    "currency_exponent" SMALLINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "products_pkey" PRIMARY KEY ("tenant_id", "org_id", "id"),
    CONSTRAINT "products_id_check" CHECK ("id" ~ '^prod_[0-9A-Za-z]{1,64}$'),
    CONSTRAINT "products_currency_exponent_check" CHECK ("currency_exponent" BETWEEN 0 AND 4)
);
CREATE INDEX "products_newest_idx" ON "products"("tenant_id", "org_id", "created_at" DESC, "id" DESC);

-- The unit that is stocked and sold. `inventory_levels.variant_id` is its id.
CREATE TABLE "product_variants" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT,
    "sku" TEXT,
    "price_minor" BIGINT NOT NULL,
    "requires_shipping" BOOLEAN NOT NULL,

    CONSTRAINT "product_variants_pkey" PRIMARY KEY ("tenant_id", "org_id", "id"),
    CONSTRAINT "product_variants_price_check" CHECK ("price_minor" >= 0)
);
CREATE UNIQUE INDEX "product_variants_position_key" ON "product_variants"("tenant_id", "org_id", "product_id", "position");
CREATE UNIQUE INDEX "product_variants_sku_key" ON "product_variants"("tenant_id", "org_id", "sku");
ALTER TABLE "product_variants" ADD CONSTRAINT "product_variants_product_fkey" FOREIGN KEY ("tenant_id", "org_id", "product_id") REFERENCES "products"("tenant_id", "org_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- ---------------------------------------------------------------------------------------------------------------------
-- Invoices and credit notes
-- ---------------------------------------------------------------------------------------------------------------------

-- Two series of numbers per organisation, both without gaps.
CREATE TABLE "invoice_counters" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "last_number" BIGINT NOT NULL,
    "last_credit_note_number" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "invoice_counters_pkey" PRIMARY KEY ("tenant_id", "org_id")
);

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

-- The seller that an organisation's invoices name. An issued invoice keeps its own copy.
CREATE TABLE "sellers" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "seller" JSONB NOT NULL,

    CONSTRAINT "sellers_pkey" PRIMARY KEY ("tenant_id", "org_id"),
    CONSTRAINT "sellers_seller_check" CHECK (jsonb_typeof("seller") = 'object' AND "seller" ?& ARRAY['legalName', 'address', 'taxIds'])
);

-- One invoice per order, made in the transaction that confirms the order.
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
    -- The part of the credited sum that is for cancelled units. It has not to be paid.
    "cancelled_minor" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "issued_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    -- Its own copy of what an issued invoice prints. A draft has none: it shows the order's addresses and the present seller.
    "bill_to" JSONB,
    "ship_to" JSONB,
    "seller" JSONB,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invoices_copy_check" CHECK (
        "issued_at" IS NOT NULL OR ("bill_to" IS NULL AND "ship_to" IS NULL AND "seller" IS NULL)),
    CONSTRAINT "invoices_sequence_check" CHECK ("sequence" > 0),
    CONSTRAINT "invoices_status_check" CHECK ("status" IN ('draft', 'issued', 'paid', 'void')),
    CONSTRAINT "invoices_paid_check" CHECK ("paid_minor" >= 0 AND "paid_minor" <= "total_minor"),
    CONSTRAINT "invoices_paid_status_check" CHECK (
        CASE "status"
            WHEN 'draft' THEN "paid_minor" = 0
            WHEN 'paid' THEN "paid_minor" + "cancelled_minor" >= "total_minor"
            ELSE true
        END),
    CONSTRAINT "invoices_cancelled_check" CHECK ("cancelled_minor" BETWEEN 0 AND "credited_minor"),
    -- A void invoice that was issued is credited as a whole.
    CONSTRAINT "invoices_credited_check" CHECK (
        CASE "status"
            WHEN 'draft' THEN "credited_minor" = 0
            WHEN 'void' THEN "credited_minor" = CASE WHEN "issued_at" IS NULL THEN 0 ELSE "total_minor" END
            ELSE "credited_minor" BETWEEN 0 AND "total_minor"
        END),
    CONSTRAINT "invoices_times_check" CHECK (
        ("status" <> 'draft' OR "issued_at" IS NULL) AND ("status" NOT IN ('issued', 'paid') OR "issued_at" IS NOT NULL)
        AND ("status" <> 'paid' OR "paid_at" IS NOT NULL) AND ("status" = 'void') = ("voided_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "invoices_order_key" ON "invoices"("order_id");
CREATE UNIQUE INDEX "invoices_sequence_key" ON "invoices"("tenant_id", "org_id", "sequence");
CREATE UNIQUE INDEX "invoices_currency_key" ON "invoices"("id", "currency");
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
-- Each invoice but the first refers to the one before it, so that the numbers have no gaps.
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_previous_fkey" FOREIGN KEY ("tenant_id", "org_id", "previous_sequence") REFERENCES "invoices"("tenant_id", "org_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Money that was received for an invoice. A negative amount takes back the payment of a reversed capture.
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
    CONSTRAINT "invoice_payments_amount_check" CHECK ("amount_minor" <> 0)
);
CREATE UNIQUE INDEX "invoice_payments_reference_key" ON "invoice_payments"("invoice_id", "reference");
CREATE INDEX "invoice_payments_newest_idx" ON "invoice_payments"("tenant_id", "org_id", "recorded_at" DESC, "id" DESC);
-- The foreign key over the currency keeps payments in the invoice's currency.
ALTER TABLE "invoice_payments" ADD CONSTRAINT "invoice_payments_invoice_fkey" FOREIGN KEY ("invoice_id", "currency") REFERENCES "invoices"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE TRIGGER "invoice_payments_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "invoice_payments" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
-- Only the payment ledger takes a payment back.
CREATE TRIGGER "invoice_payments_taken_back" BEFORE INSERT ON "invoice_payments" FOR EACH ROW
    WHEN (NEW."amount_minor" < 0 AND pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- A credit note takes back a part of an issued invoice for a refund, or all that is left of it when it is voided.
CREATE TABLE "credit_notes" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "previous_sequence" BIGINT GENERATED ALWAYS AS (NULLIF("sequence" - 1, 0)) STORED,
    "reason" TEXT NOT NULL,
    "refund_id" UUID,
    "cancellation_id" UUID,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "credit_notes_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "credit_notes_sequence_check" CHECK ("sequence" > 0),
    CONSTRAINT "credit_notes_amount_check" CHECK (
        "amount_minor" <> 0 AND ("amount_minor" < 0) = ("reason" = 'refund_failed')),
    CONSTRAINT "credit_notes_reason_check" CHECK (
        "reason" IN ('refund', 'refund_failed', 'units_cancelled', 'order_cancelled', 'order_undelivered', 'invoice_voided')
        AND ("reason" IN ('refund', 'refund_failed')) = ("refund_id" IS NOT NULL)
        AND ("reason" = 'units_cancelled') = ("cancellation_id" IS NOT NULL))
);
CREATE UNIQUE INDEX "credit_notes_sequence_key" ON "credit_notes"("tenant_id", "org_id", "sequence");
CREATE UNIQUE INDEX "credit_notes_refund_key" ON "credit_notes"("refund_id", "reason");
CREATE UNIQUE INDEX "credit_notes_cancellation_key" ON "credit_notes"("cancellation_id");
CREATE INDEX "credit_notes_invoice_idx" ON "credit_notes"("invoice_id");
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_refund_fkey" FOREIGN KEY ("refund_id") REFERENCES "refunds"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_cancellation_fkey" FOREIGN KEY ("cancellation_id") REFERENCES "cancellations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_invoice_fkey" FOREIGN KEY ("invoice_id", "currency") REFERENCES "invoices"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "credit_notes" ADD CONSTRAINT "credit_notes_previous_fkey" FOREIGN KEY ("tenant_id", "org_id", "previous_sequence") REFERENCES "credit_notes"("tenant_id", "org_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
CREATE TRIGGER "credit_notes_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "credit_notes" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

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

CREATE FUNCTION refuse_deleting_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an invoice is voided, never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "invoices_no_delete" BEFORE DELETE OR TRUNCATE ON "invoices" FOR EACH STATEMENT EXECUTE FUNCTION refuse_deleting_invoices();

CREATE TRIGGER "invoices_sums_insert" BEFORE INSERT ON "invoices" FOR EACH ROW
    WHEN (NEW."paid_minor" <> 0 OR NEW."credited_minor" <> 0 OR NEW."cancelled_minor" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "invoices_sums_update" BEFORE UPDATE OF "paid_minor", "credited_minor", "cancelled_minor" ON "invoices" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

-- The paid sum is the sum of the payments. An invoice of which nothing is due is `paid`; one whose payment is taken back is
-- `issued` again.
CREATE FUNCTION apply_invoice_payment() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER "invoice_payments_apply" AFTER INSERT ON "invoice_payments" FOR EACH ROW EXECUTE FUNCTION apply_invoice_payment();

-- The credited sum is the sum of the credit notes. A credit note for a refund, or for its failure, leaves the status, one for
-- cancelled units may leave nothing due, and any other one voids the invoice.
CREATE FUNCTION apply_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER "credit_notes_apply" AFTER INSERT ON "credit_notes" FOR EACH ROW EXECUTE FUNCTION apply_credit_note();

CREATE FUNCTION refuse_changing_invoice_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued invoice keeps what it prints' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "invoices_unchanged_copy" BEFORE UPDATE ON "invoices" FOR EACH ROW
    WHEN (OLD."issued_at" IS NOT NULL AND (OLD."issued_at", OLD."bill_to", OLD."ship_to", OLD."seller")
        IS DISTINCT FROM (NEW."issued_at", NEW."bill_to", NEW."ship_to", NEW."seller"))
    EXECUTE FUNCTION refuse_changing_invoice_copy();

-- Issues a draft, with a copy of what it prints. One over nothing is paid at once.
CREATE FUNCTION issue_invoice(issued UUID) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET issued_at = now(),
        status = CASE invoices.total_minor WHEN 0 THEN 'paid' ELSE 'issued' END,
        paid_at = CASE invoices.total_minor WHEN 0 THEN now() END,
        bill_to = coalesce(orders.billing_address, orders.shipping_address),
        ship_to = orders.shipping_address,
        seller = (SELECT seller FROM sellers WHERE (tenant_id, org_id) = (orders.tenant_id, orders.org_id))
    FROM orders WHERE invoices.id = issued AND invoices.status = 'draft' AND orders.id = invoices.order_id;
    PERFORM credit_cancelled_units(issued);
END $$;

-- Records money for an invoice, at most what is due. An invoice that is not issued, or of which nothing is due, takes none.
CREATE FUNCTION pay_invoice(paid UUID, amount BIGINT, by_method TEXT, under_reference TEXT, by_type TEXT, by_id TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_payments (tenant_id, org_id, invoice_id, currency, amount_minor, method, reference, actor_type, actor_id)
    SELECT tenant_id, org_id, id, currency, least(amount, total_minor - cancelled_minor - paid_minor), by_method, under_reference, by_type, by_id
    FROM (SELECT * FROM invoices WHERE id = paid AND status = 'issued' AND paid_minor + cancelled_minor < total_minor FOR UPDATE) due;
END $$;

-- Makes an order's invoice. Captured money is its first payment. Refunds at the provider may have come before it.
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
        PERFORM issue_invoice(made);
        PERFORM pay_invoice(made, paid.captured_minor, paid.provider, paid.reference, 'system', 'orders');
        PERFORM credit_refunds(confirmed.id, (
            SELECT id FROM refunds WHERE order_id = confirmed.id AND status = 'succeeded' ORDER BY ordinal DESC LIMIT 1));
    END IF;
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

CREATE FUNCTION credit_invoice(of_invoice UUID, amount BIGINT, because TEXT, of_refund UUID, of_cancellation UUID DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
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

-- Voids an invoice: a draft at once, an issued one by a credit note for what is left of it.
CREATE FUNCTION void_invoice(voided UUID, because TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_invoice(voided, NULL, because, NULL);
    UPDATE invoices SET status = 'void', voided_at = now() WHERE id = voided AND status <> 'void';
END $$;

-- An order's status changes its invoice in the same transaction.
CREATE FUNCTION follow_order_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.status
        WHEN 'confirmed' THEN
            PERFORM make_invoice(NEW);
        WHEN 'closed' THEN
            -- Goods that nobody got are not billed. Money that was taken for them waits for its refund, which is credited.
            IF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND delivered_quantity > 0)
                OR EXISTS (SELECT FROM invoices WHERE order_id = NEW.id AND paid_minor > 0) THEN
                PERFORM issue_invoice(id) FROM invoices WHERE order_id = NEW.id;
            ELSE
                PERFORM void_invoice(id, 'order_undelivered') FROM invoices WHERE order_id = NEW.id;
            END IF;
        ELSE
            PERFORM void_invoice(id, 'order_cancelled') FROM invoices WHERE order_id = NEW.id;
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER "orders_invoice" AFTER UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('confirmed', 'closed', 'cancelled'))
    EXECUTE FUNCTION follow_order_with_invoice();

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
CREATE FUNCTION follow_refund_with_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_refunds(NEW.order_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER "refunds_credit_note" AFTER UPDATE OF "status" ON "refunds" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND 'succeeded' IN (OLD."status", NEW."status"))
    EXECUTE FUNCTION follow_refund_with_credit_note();
CREATE TRIGGER "refunds_credit_note_of_provider" AFTER INSERT ON "refunds" FOR EACH ROW
    WHEN (NEW."status" = 'succeeded') EXECUTE FUNCTION follow_refund_with_credit_note();

-- A later capture pays what is due then, and issues a draft first; a reversed one takes back what captures have paid. The
-- capture of a pending order comes before its invoice, which `make_invoice` begins with it.
CREATE FUNCTION follow_capture_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER "payment_ledger_invoice" AFTER INSERT ON "payment_ledger" FOR EACH ROW
    WHEN (NEW."operation" IN ('capture', 'capture_failed')) EXECUTE FUNCTION follow_capture_with_invoice();

-- An operator's statement that the money came another way pays what is due.
CREATE FUNCTION follow_statement_with_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pay_invoice(id, total_minor, 'settled_elsewhere', NEW.id::text, 'operator', NEW.stated_by)
    FROM invoices WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_statements_invoice" AFTER INSERT ON "payment_statements" FOR EACH ROW
    WHEN (NEW."outcome" = 'settled_elsewhere') EXECUTE FUNCTION follow_statement_with_invoice();

-- ---------------------------------------------------------------------------------------------------------------------
-- API keys
-- ---------------------------------------------------------------------------------------------------------------------

-- Only the SHA-256 of a secret is kept. 256 random bits cannot be guessed, so a slow hash would cost each request and
-- protect nothing.
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "rotated_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0 AND "scopes" <@ ARRAY['order:read', 'order:write'])
);
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");
CREATE INDEX "api_keys_newest_idx" ON "api_keys"("tenant_id", "org_id", "created_at" DESC, "id" DESC);

-- Secrets of API keys that rotations have replaced. Each is accepted until its own time.
CREATE TABLE "previous_api_key_secrets" (
    "hash" TEXT NOT NULL,
    "api_key_id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "replaced_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "previous_api_key_secrets_pkey" PRIMARY KEY ("hash"),
    CONSTRAINT "previous_api_key_secrets_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "previous_api_key_secrets_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "previous_api_key_secrets_valid_until_check" CHECK ("valid_until" >= "replaced_at")
);
CREATE INDEX "previous_api_key_secrets_api_key_id_idx" ON "previous_api_key_secrets"("api_key_id");

-- A revoked key stays revoked, and no key changes its tenant or organisation.
CREATE FUNCTION check_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.tenant_id, OLD.org_id) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.org_id) THEN
        RAISE EXCEPTION 'an API key stays whose it is' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.hash) IS DISTINCT FROM (NEW.revoked_at, NEW.hash) THEN
        RAISE EXCEPTION 'API key % is revoked for good', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "api_keys_change" BEFORE UPDATE ON "api_keys" FOR EACH ROW EXECUTE FUNCTION check_api_key_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- ERP
-- ---------------------------------------------------------------------------------------------------------------------

-- The ERP of an organisation. Its secrets are sealed by the gateway with a key that the database never has.
CREATE TABLE "erp_connections" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "secrets" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "connected_by" TEXT NOT NULL,

    CONSTRAINT "erp_connections_pkey" PRIMARY KEY ("tenant_id", "org_id"),
    CONSTRAINT "erp_connections_kind_check" CHECK ("kind" IN ('tryton', 'push')),
    CONSTRAINT "erp_connections_settings_check" CHECK (
        jsonb_typeof("settings") = 'object' AND NOT "settings" ?| ARRAY['password', 'signingSecret']
    ),
    CONSTRAINT "erp_connections_secrets_check" CHECK ("secrets" LIKE 'v1.%')
);

-- The state of an order at its organisation's ERP. An order without a row is synchronised to none.
CREATE TABLE "erp_links" (
    "order_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "erp_id" TEXT,
    "url" TEXT,
    "pushed_version" INTEGER,
    "tried_version" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "erp_links_pkey" PRIMARY KEY ("order_id"),
    CONSTRAINT "erp_links_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "erp_links_status_check" CHECK ("status" IN ('pending', 'synced', 'failed', 'refused')),
    CONSTRAINT "erp_links_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "erp_links_versions_check" CHECK ("pushed_version" BETWEEN 1 AND "tried_version"),
    CONSTRAINT "erp_links_erp_id_check" CHECK (("erp_id" IS NULL) = ("pushed_version" IS NULL)),
    CONSTRAINT "erp_links_synced_check" CHECK ("status" <> 'synced' OR ("pushed_version" = "tried_version" AND "last_error" IS NULL)),
    CONSTRAINT "erp_links_error_check" CHECK ("status" NOT IN ('failed', 'refused') OR "last_error" IS NOT NULL),
    CONSTRAINT "erp_links_failed_check" CHECK (("status" = 'failed') = ("next_attempt_at" IS NOT NULL AND "failing_since" IS NOT NULL))
);

-- The ERP's version of an order never gets older, whichever report comes late.
CREATE FUNCTION check_erp_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."tried_version" < OLD."tried_version" OR NEW."pushed_version" < OLD."pushed_version" OR (OLD."pushed_version" IS NOT NULL AND NEW."pushed_version" IS NULL) THEN
        RAISE EXCEPTION 'what the ERP has of order % only gets newer', OLD."order_id" USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "erp_links_change" BEFORE UPDATE ON "erp_links" FOR EACH ROW EXECUTE FUNCTION check_erp_link_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Grants
-- ---------------------------------------------------------------------------------------------------------------------

-- Grants of the workers and of the gateway, table by table. The roles are made by an administrator (`prisma/roles.sql`). A
-- later migration that makes a table grants on it too; until then only the owner has it.

-- The workers. Append-only tables get no UPDATE and no DELETE.
GRANT SELECT ON "invoice_status_transitions", "order_status_transitions" TO "oms_worker";
GRANT SELECT, INSERT ON
    "audit_log", "cancellation_lines", "cancellations", "credit_notes", "invoice_payments", "order_commands", "order_events",
    "order_refusals", "payment_ledger", "payment_statements", "shipment_lines", "stock_ledger"
    TO "oms_worker";
GRANT SELECT, INSERT, UPDATE ON
    "capture_requests", "dropped_payments", "erp_links", "inventory_levels", "invoice_counters", "invoices", "orders", "payments", "refunds", "reservations",
    "return_lines", "returns", "shipments", "tenant_settings"
    TO "oms_worker";
-- The lines of a draft are replaced.
GRANT SELECT, INSERT, UPDATE, DELETE ON "order_lines" TO "oms_worker";
-- The gateway writes these.
GRANT SELECT ON "api_keys", "erp_connections", "payment_notifications", "product_variants", "products" TO "oms_worker";
-- The workers settle what the gateway keeps.
GRANT UPDATE ("settled_at") ON "payment_notifications" TO "oms_worker";
GRANT UPDATE ("restocked_quantity", "damaged_quantity", "missing_quantity") ON "shipment_lines" TO "oms_worker";
GRANT SELECT ON "sellers" TO "oms_worker";

-- The gateway reads. It reads the connections of ERPs without their sealed secrets.
GRANT SELECT ON
    "api_keys", "cancellation_lines", "cancellations", "capture_requests", "credit_notes", "dropped_payments", "erp_links", "inventory_levels", "invoice_counters",
    "invoice_payments", "invoices",
    "order_commands", "order_events", "order_lines", "order_refusals", "orders", "payment_ledger", "payment_notifications",
    "payments", "product_variants", "products", "refunds", "return_lines", "returns", "shipment_lines", "shipments",
    "stock_ledger", "tenant_settings"
    TO "oms_gateway";
GRANT SELECT ("tenant_id", "org_id", "kind", "settings", "connected_at", "connected_by") ON "erp_connections" TO "oms_gateway";

-- Mutations that wait for nothing are transactions of the gateway: it has the writes that they need, and no write of
-- orders, payments or reservations.

-- Answers and audit records are appended.
GRANT SELECT, INSERT ON "commands" TO "oms_gateway";
GRANT INSERT ON "audit_log" TO "oms_gateway";

-- The inbox of webhooks: the provider is answered once its notification is kept.
GRANT INSERT ON "payment_notifications" TO "oms_gateway";

-- The number of the last order is the workers' column.
GRANT INSERT ("tenant_id"),
    UPDATE ("order_number_prefix", "return_window_seconds", "pending_limit_seconds", "payments_require_metadata", "return_expiry_days",
        "capture_policy", "split_shipments", "lapsing_authorizations", "refund_window_days")
    ON "tenant_settings" TO "oms_gateway";

GRANT SELECT, INSERT, UPDATE ON "sellers" TO "oms_gateway";
GRANT INSERT, UPDATE ON "api_keys", "products", "product_variants" TO "oms_gateway";
GRANT SELECT, INSERT, DELETE ON "previous_api_key_secrets" TO "oms_gateway";

-- Receipts and adjustments alone: an entry of a reservation names a line. Levels follow their ledger by its trigger,
-- which runs as the user that appends; the gateway's own statements may not touch the sums.
GRANT INSERT ("tenant_id", "org_id", "variant_id", "location_id", "kind", "on_hand_delta", "reserved_delta", "reason")
    ON "stock_ledger" TO "oms_gateway";
GRANT INSERT ("tenant_id", "org_id", "variant_id", "location_id", "sku"), UPDATE ("sku", "on_hand", "reserved", "updated_at")
    ON "inventory_levels" TO "oms_gateway";

-- The gateway seals the secrets of an ERP and cannot read them again.
GRANT INSERT ("tenant_id", "org_id", "kind", "settings", "secrets", "connected_by"),
    UPDATE ("kind", "settings", "secrets", "connected_at", "connected_by"), DELETE ON "erp_connections" TO "oms_gateway";

-- By default PostgreSQL lets everybody call a new function. A trigger's own function needs no grant; the functions that it
-- calls do, since it runs as the user that has written.
ALTER DEFAULT PRIVILEGES FOR ROLE "oms_owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "add_credit_note", "credit_cancelled_units", "credit_invoice", "credit_refunds", "issue_invoice", "make_invoice", "pay_invoice", "void_invoice" TO "oms_worker";
