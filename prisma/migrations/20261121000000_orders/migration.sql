-- Orders, their history, and the two append-only ledgers that say where money and stock went.
--
-- What must never be wrong is a constraint here, not only a rule in code: one order per key, one order per
-- payment reference, histories without gaps, 0 <= reserved <= on_hand, captured <= authorised,
-- refunded <= captured, and no step that the transition table does not have.

-- CreateTable
CREATE TABLE "tenant_settings" (
    "tenant_id" UUID NOT NULL,
    "order_number_prefix" TEXT NOT NULL DEFAULT 'ORD',
    "last_order_number" BIGINT NOT NULL DEFAULT 10000,

    CONSTRAINT "tenant_settings_pkey" PRIMARY KEY ("tenant_id"),
    CONSTRAINT "tenant_settings_prefix_check" CHECK ("order_number_prefix" ~ '^[A-Z0-9]{1,8}$')
);

-- CreateTable
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
    ('shipped', 'delivered'),
    ('delivered', 'closed');

-- CreateTable
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
    "cancellation_reason" TEXT,
    "cancellation_detail" TEXT,
    "customer_id" UUID,
    "external_id" TEXT,
    "channel" TEXT,
    "source_platform" TEXT,
    "currency" CHAR(3) NOT NULL,
    "currency_exponent" SMALLINT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "discount_minor" BIGINT NOT NULL,
    "tax_minor" BIGINT NOT NULL,
    "shipping_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "payment_provider" TEXT NOT NULL,
    "payment_reference" TEXT NOT NULL,
    "shipping_address" JSONB,
    "shipping_method" TEXT,
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
    CONSTRAINT "orders_stock_status_check" CHECK ("stock_status" IN ('none', 'reserved', 'released')),
    CONSTRAINT "orders_cancellation_check" CHECK (("status" = 'cancelled') = ("cancellation_reason" IS NOT NULL)),
    -- An order that was given up holds no stock.
    CONSTRAINT "orders_cancelled_stock_check" CHECK ("status" <> 'cancelled' OR "stock_status" <> 'reserved'),
    CONSTRAINT "orders_total_check" CHECK ("total_minor" = "subtotal_minor" - "discount_minor" + "tax_minor" + "shipping_minor"),
    CONSTRAINT "orders_amounts_check" CHECK ("subtotal_minor" >= 0 AND "discount_minor" BETWEEN 0 AND "subtotal_minor" AND "tax_minor" >= 0 AND "shipping_minor" >= 0),
    CONSTRAINT "orders_currency_exponent_check" CHECK ("currency_exponent" BETWEEN 0 AND 4)
);

-- CreateTable
CREATE TABLE "order_lines" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "product_title" TEXT,
    "variant_id" UUID,
    "location_id" UUID,
    "sku" TEXT,
    "variant_title" TEXT,
    "quantity" INTEGER NOT NULL,
    "unit_price_minor" BIGINT NOT NULL,
    "requires_shipping" BOOLEAN NOT NULL,

    CONSTRAINT "order_lines_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "order_lines_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "order_lines_unit_price_check" CHECK ("unit_price_minor" >= 0),
    CONSTRAINT "order_lines_location_check" CHECK ("variant_id" IS NULL OR "location_id" IS NOT NULL)
);

-- CreateTable: a history without gaps. Every entry but the first refers to the one before it.
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

-- CreateTable
CREATE TABLE "audit_log" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" UUID NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable: what an order's payment adds up to. The sums follow the ledger by a trigger.
CREATE TABLE "payments" (
    "order_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "authorized_minor" BIGINT NOT NULL DEFAULT 0,
    "captured_minor" BIGINT NOT NULL DEFAULT 0,
    "voided_minor" BIGINT NOT NULL DEFAULT 0,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("order_id"),
    CONSTRAINT "payments_captured_check" CHECK ("captured_minor" >= 0 AND "captured_minor" + "voided_minor" <= "authorized_minor"),
    CONSTRAINT "payments_refunded_check" CHECK ("refunded_minor" >= 0 AND "refunded_minor" <= "captured_minor")
);

-- CreateTable
CREATE TABLE "payment_ledger" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "order_id" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "provider_object_id" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "payment_ledger_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "payment_ledger_operation_check" CHECK ("operation" IN ('authorize', 'capture', 'void', 'refund')),
    CONSTRAINT "payment_ledger_amount_check" CHECK ("amount_minor" > 0)
);

-- CreateTable: how much of a variant there is at a location. The sums follow the ledger by a trigger.
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

-- CreateTable: what an order holds, a row per line.
CREATE TABLE "reservations" (
    "line_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "variant_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'reserved',
    "reserved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "reservations_pkey" PRIMARY KEY ("line_id"),
    CONSTRAINT "reservations_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "reservations_status_check" CHECK ("status" IN ('reserved', 'released')),
    CONSTRAINT "reservations_released_check" CHECK (("status" = 'released') = ("released_at" IS NOT NULL))
);

-- CreateTable
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
    "reason" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "stock_ledger_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "stock_ledger_kind_check" CHECK ("kind" IN ('receive', 'adjust', 'reserve', 'release')),
    CONSTRAINT "stock_ledger_delta_check" CHECK (
        CASE "kind"
            WHEN 'receive' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0
            WHEN 'adjust' THEN "on_hand_delta" <> 0 AND "reserved_delta" = 0
            WHEN 'reserve' THEN "on_hand_delta" = 0 AND "reserved_delta" > 0 AND "line_id" IS NOT NULL
            WHEN 'release' THEN "on_hand_delta" = 0 AND "reserved_delta" < 0 AND "line_id" IS NOT NULL
        END)
);

-- CreateIndex
CREATE UNIQUE INDEX "orders_idempotency_key_key" ON "orders"("tenant_id", "org_id", "idempotency_key");
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("tenant_id", "number");
-- An order that was cancelled gives its external id back, so that a shop can place it again.
CREATE UNIQUE INDEX "orders_external_id_key" ON "orders"("tenant_id", "external_id") WHERE "status" <> 'cancelled';
CREATE INDEX "orders_newest_idx" ON "orders"("tenant_id", "org_id", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_status_newest_idx" ON "orders"("tenant_id", "org_id", "status", "created_at" DESC, "id" DESC);
CREATE INDEX "orders_customer_newest_idx" ON "orders"("tenant_id", "org_id", "customer_id", "created_at" DESC, "id" DESC) WHERE "customer_id" IS NOT NULL;
CREATE INDEX "orders_channel_newest_idx" ON "orders"("tenant_id", "org_id", "channel", "created_at" DESC, "id" DESC) WHERE "channel" IS NOT NULL;
CREATE UNIQUE INDEX "order_lines_position_key" ON "order_lines"("order_id", "position");
CREATE INDEX "audit_log_newest_idx" ON "audit_log"("tenant_id", "org_id", "id" DESC);
CREATE UNIQUE INDEX "payments_reference_key" ON "payments"("provider", "reference");
CREATE UNIQUE INDEX "payment_ledger_operation_key" ON "payment_ledger"("order_id", "operation", "ordinal");
CREATE UNIQUE INDEX "payment_ledger_idempotency_key_key" ON "payment_ledger"("idempotency_key");
CREATE INDEX "reservations_order_idx" ON "reservations"("order_id");
CREATE UNIQUE INDEX "stock_ledger_line_kind_key" ON "stock_ledger"("line_id", "kind");
CREATE INDEX "stock_ledger_level_idx" ON "stock_ledger"("tenant_id", "org_id", "variant_id", "location_id", "id");

-- AddForeignKey
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_previous_fkey" FOREIGN KEY ("order_id", "previous_sequence") REFERENCES "order_events"("order_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- An order's version is the sequence of an event that exists: no change without its event.
ALTER TABLE "orders" ADD CONSTRAINT "orders_version_fkey" FOREIGN KEY ("id", "version") REFERENCES "order_events"("order_id", "sequence") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "payment_ledger" ADD CONSTRAINT "payment_ledger_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "payments"("order_id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "stock_ledger" ADD CONSTRAINT "stock_ledger_level_fkey" FOREIGN KEY ("tenant_id", "org_id", "variant_id", "location_id") REFERENCES "inventory_levels"("tenant_id", "org_id", "variant_id", "location_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- The ledgers, the history and the audit log are append-only, whoever asks.
CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "order_events_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "order_events" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER "payment_ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_ledger" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER "stock_ledger_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "stock_ledger" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- An order moves only as the transition table says, and never changes whose it is.
CREATE FUNCTION check_order_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM order_status_transitions WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'an order that is % cannot become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "orders_transition_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION check_order_transition();

-- Sums follow ledgers, never the other way, so that they cannot disagree.
CREATE FUNCTION apply_payment_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET
        authorized_minor = authorized_minor + CASE NEW.operation WHEN 'authorize' THEN NEW.amount_minor ELSE 0 END,
        captured_minor = captured_minor + CASE NEW.operation WHEN 'capture' THEN NEW.amount_minor ELSE 0 END,
        voided_minor = voided_minor + CASE NEW.operation WHEN 'void' THEN NEW.amount_minor ELSE 0 END,
        refunded_minor = refunded_minor + CASE NEW.operation WHEN 'refund' THEN NEW.amount_minor ELSE 0 END
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "payment_ledger_apply" AFTER INSERT ON "payment_ledger" FOR EACH ROW EXECUTE FUNCTION apply_payment_ledger();

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
