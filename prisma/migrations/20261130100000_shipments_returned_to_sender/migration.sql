-- Shipments that come back undelivered. Their units that can be sold again are open again; damaged and missing ones stay
-- shipped.

ALTER TABLE "order_lines" ADD COLUMN "returned_to_sender_quantity" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "order_lines" DROP CONSTRAINT "order_lines_progress_check";
-- ordered = open + cancelled + shipped, and shipped = in transit + delivered + returned to sender
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_progress_check" CHECK (
    0 <= "returned_quantity" AND "returned_quantity" <= "delivered_quantity" AND 0 <= "returned_to_sender_quantity"
    AND "delivered_quantity" + "returned_to_sender_quantity" <= "shipped_quantity"
    AND 0 <= "cancelled_quantity" AND "shipped_quantity" + "cancelled_quantity" <= "quantity");

ALTER TABLE "shipments" ADD COLUMN "returned_to_sender_at" TIMESTAMPTZ(3), ADD COLUMN "returned_to_sender_reason" TEXT;
ALTER TABLE "shipments" DROP CONSTRAINT "shipments_end_check";
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_end_check" CHECK (num_nonnulls("delivered_at", "cancelled_at", "returned_to_sender_at") <= 1);
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_returned_to_sender_reason_check" CHECK (
    "returned_to_sender_reason" IS NULL OR "returned_to_sender_at" IS NOT NULL);

-- In which condition the units came back. All three are null until they do.
ALTER TABLE "shipment_lines" ADD COLUMN "restocked_quantity" INTEGER, ADD COLUMN "damaged_quantity" INTEGER, ADD COLUMN "missing_quantity" INTEGER;
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_received_check" CHECK (
    num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 0
    OR (num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 3
        AND 0 <= "restocked_quantity" AND 0 <= "damaged_quantity" AND 0 <= "missing_quantity"
        AND "restocked_quantity" + "damaged_quantity" + "missing_quantity" = "quantity"));
GRANT UPDATE ("restocked_quantity", "damaged_quantity", "missing_quantity") ON "shipment_lines" TO "oms_worker";

-- All shipments came back, and no unit of them can be sold again.
INSERT INTO "order_status_transitions" ("from_status", "to_status") VALUES ('shipped', 'closed');

-- An order is shipped when every unit that needs shipping has left or is cancelled. It is delivered, or closed, when every
-- such unit has arrived, came back undelivered, or is cancelled. Nothing of a cancelled order has left.
CREATE OR REPLACE FUNCTION check_order_progress() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER "orders_progress_check" ON "orders";
CREATE TRIGGER "orders_progress_check" BEFORE UPDATE OF "status" ON "orders" FOR EACH ROW
    WHEN (OLD."status" IS DISTINCT FROM NEW."status" AND NEW."status" IN ('shipped', 'delivered', 'closed', 'cancelled')) EXECUTE FUNCTION check_order_progress();
