-- A shipment can be taken back before its delivery. Its units leave the shipped ones, and are reserved for the order again.

INSERT INTO "order_status_transitions" ("from_status", "to_status") VALUES ('shipped', 'processing');

ALTER TABLE "shipments"
    ADD COLUMN "cancelled_at" TIMESTAMPTZ(3),
    ADD COLUMN "cancellation_reason" TEXT,
    ADD CONSTRAINT "shipments_end_check" CHECK (num_nonnulls("delivered_at", "cancelled_at") <= 1),
    ADD CONSTRAINT "shipments_cancellation_reason_check" CHECK ("cancellation_reason" IS NULL OR "cancelled_at" IS NOT NULL);

-- `unship` takes a `ship` of the same shipment back.
ALTER TABLE "stock_ledger"
    DROP CONSTRAINT "stock_ledger_kind_check",
    DROP CONSTRAINT "stock_ledger_delta_check",
    ADD CONSTRAINT "stock_ledger_kind_check" CHECK ("kind" IN ('receive', 'adjust', 'reserve', 'release', 'ship', 'unship', 'restock')),
    ADD CONSTRAINT "stock_ledger_delta_check" CHECK (
        CASE "kind"
            WHEN 'receive' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0
            WHEN 'adjust' THEN "on_hand_delta" <> 0 AND "reserved_delta" = 0
            WHEN 'reserve' THEN "on_hand_delta" = 0 AND "reserved_delta" > 0 AND "line_id" IS NOT NULL
            WHEN 'release' THEN "on_hand_delta" = 0 AND "reserved_delta" < 0 AND "line_id" IS NOT NULL
            WHEN 'ship' THEN "on_hand_delta" < 0 AND "reserved_delta" = "on_hand_delta" AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
            WHEN 'unship' THEN "on_hand_delta" > 0 AND "reserved_delta" = "on_hand_delta" AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
            WHEN 'restock' THEN "on_hand_delta" > 0 AND "reserved_delta" = 0 AND "line_id" IS NOT NULL AND "document_id" IS NOT NULL
        END);
