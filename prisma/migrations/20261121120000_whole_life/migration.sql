-- The rest of an order's life: drafts, orders that are paid for elsewhere, stock that is allocated to locations,
-- shipments, returns, refunds, and the commands that asked for all of it.

-- How long a tenant's orders may wait, in seconds.
ALTER TABLE "tenant_settings"
    ADD COLUMN "return_window_seconds" INTEGER NOT NULL DEFAULT 2592000,
    ADD COLUMN "pending_limit_seconds" INTEGER NOT NULL DEFAULT 86400,
    ADD CONSTRAINT "tenant_settings_limits_check" CHECK ("return_window_seconds" > 0 AND "pending_limit_seconds" > 0);

-- An order that names no provider is paid for by invoice.
ALTER TABLE "orders"
    ALTER COLUMN "payment_provider" DROP NOT NULL,
    ALTER COLUMN "payment_reference" DROP NOT NULL,
    ADD COLUMN "customer_ref" TEXT,
    DROP CONSTRAINT "orders_stock_status_check",
    ADD CONSTRAINT "orders_stock_status_check" CHECK ("stock_status" IN ('none', 'reserved', 'shipped', 'released')),
    ADD CONSTRAINT "orders_payment_check" CHECK (("payment_provider" IS NULL) = ("payment_reference" IS NULL));

-- A line that names no location is allocated to one, or to several, when its stock is reserved.
ALTER TABLE "order_lines"
    ADD COLUMN "product_id" TEXT,
    ADD COLUMN "shipped_quantity" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "delivered_quantity" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "returned_quantity" INTEGER NOT NULL DEFAULT 0,
    DROP CONSTRAINT "order_lines_location_check",
    ADD CONSTRAINT "order_lines_location_check" CHECK ("location_id" IS NULL OR "variant_id" IS NOT NULL),
    ADD CONSTRAINT "order_lines_progress_check" CHECK (
        0 <= "returned_quantity" AND "returned_quantity" <= "delivered_quantity"
        AND "delivered_quantity" <= "shipped_quantity" AND "shipped_quantity" <= "quantity");

-- What an order holds, a row per line and location.
ALTER TABLE "reservations"
    ADD COLUMN "shipped_quantity" INTEGER NOT NULL DEFAULT 0,
    DROP CONSTRAINT "reservations_pkey",
    ADD CONSTRAINT "reservations_pkey" PRIMARY KEY ("line_id", "location_id"),
    ADD CONSTRAINT "reservations_shipped_check" CHECK (
        "shipped_quantity" BETWEEN 0 AND "quantity" AND ("shipped_quantity" = 0 OR "status" = 'reserved'));

-- Stock that leaves with a shipment, and stock that comes back with a return. Both name the document that moved it.
ALTER TABLE "stock_ledger"
    ADD COLUMN "document_id" UUID,
    DROP CONSTRAINT "stock_ledger_kind_check",
    DROP CONSTRAINT "stock_ledger_delta_check",
    ADD CONSTRAINT "stock_ledger_kind_check" CHECK ("kind" IN ('receive', 'adjust', 'reserve', 'release', 'ship', 'restock')),
    ADD CONSTRAINT "stock_ledger_delta_check" CHECK (
        CASE "kind"
            WHEN 'receive' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0
            WHEN 'adjust' THEN "on_hand_delta" <> 0 AND "reserved_delta" = 0
            WHEN 'reserve' THEN "on_hand_delta" = 0 AND "reserved_delta" > 0 AND "line_id" IS NOT NULL
            WHEN 'release' THEN "on_hand_delta" = 0 AND "reserved_delta" < 0 AND "line_id" IS NOT NULL
            WHEN 'ship' THEN "on_hand_delta" < 0 AND "reserved_delta" = "on_hand_delta" AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
            WHEN 'restock' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0 AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
        END);
DROP INDEX "stock_ledger_line_kind_key";
CREATE UNIQUE INDEX "stock_ledger_hold_key" ON "stock_ledger"("line_id", "location_id", "kind") WHERE "kind" IN ('reserve', 'release');
CREATE UNIQUE INDEX "stock_ledger_document_key" ON "stock_ledger"("document_id", "line_id", "location_id", "kind");

-- CreateTable
CREATE TABLE "shipments" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "tracking_number" TEXT,
    "carrier" TEXT,
    "shipped_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "shipments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment_lines" (
    "shipment_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "shipment_lines_pkey" PRIMARY KEY ("shipment_id", "line_id"),
    CONSTRAINT "shipment_lines_quantity_check" CHECK ("quantity" > 0)
);

-- CreateTable
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

    CONSTRAINT "returns_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "returns_status_check" CHECK ("status" IN ('requested', 'approved', 'declined', 'received', 'refunded')),
    CONSTRAINT "returns_times_check" CHECK (
        ("status" = 'requested') = ("decided_at" IS NULL) AND ("status" IN ('received', 'refunded')) = ("received_at" IS NOT NULL))
);

-- CreateTable
CREATE TABLE "return_lines" (
    "return_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "restocked" BOOLEAN,

    CONSTRAINT "return_lines_pkey" PRIMARY KEY ("return_id", "line_id"),
    CONSTRAINT "return_lines_quantity_check" CHECK ("quantity" > 0)
);

-- CreateTable: money that was asked to be given back. What was given back is in the payment ledger.
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
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "refunds_status_check" CHECK ("status" IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT "refunds_amount_check" CHECK ("amount_minor" > 0),
    -- The first refund of the ledger is the one that undoes a whole order.
    CONSTRAINT "refunds_ordinal_check" CHECK ("ordinal" >= 2),
    CONSTRAINT "refunds_settled_check" CHECK (("status" = 'pending') = ("settled_at" IS NULL)),
    CONSTRAINT "refunds_failure_check" CHECK (("status" = 'failed') = ("failure" IS NOT NULL))
);

-- CreateTable: what was asked of an order, and what was answered: asked again, it is answered the same.
CREATE TABLE "order_commands" (
    "order_id" UUID NOT NULL,
    "command_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "order_commands_pkey" PRIMARY KEY ("order_id", "command_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "shipments_ordinal_key" ON "shipments"("order_id", "ordinal");
CREATE UNIQUE INDEX "returns_ordinal_key" ON "returns"("order_id", "ordinal");
CREATE UNIQUE INDEX "refunds_ordinal_key" ON "refunds"("order_id", "ordinal");

-- AddForeignKey
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipments"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "returns" ADD CONSTRAINT "returns_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_return_id_fkey" FOREIGN KEY ("return_id") REFERENCES "returns"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "order_lines"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_return_id_fkey" FOREIGN KEY ("return_id") REFERENCES "returns"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "order_commands" ADD CONSTRAINT "order_commands_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER "order_commands_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "order_commands" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- What is asked to be given back is never more than was taken, counting what is still under way.
CREATE FUNCTION check_refunds_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_minor) FROM refunds WHERE order_id = NEW.order_id AND status <> 'failed')
        > coalesce((SELECT captured_minor FROM payments WHERE order_id = NEW.order_id FOR NO KEY UPDATE), 0) THEN
        RAISE EXCEPTION 'the refunds of order % are more than was captured', NEW.order_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER "refunds_within_capture" AFTER INSERT OR UPDATE ON "refunds" FOR EACH ROW EXECUTE FUNCTION check_refunds_within_capture();

-- An order is shipped when all that needs shipping has left, and delivered when all of that has arrived.
CREATE FUNCTION check_order_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id AND requires_shipping
        AND quantity > CASE NEW.status WHEN 'shipped' THEN shipped_quantity ELSE delivered_quantity END) THEN
        RAISE EXCEPTION 'order % cannot be % yet: not all of it is', NEW.id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "orders_progress_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('shipped', 'delivered')) EXECUTE FUNCTION check_order_progress();
