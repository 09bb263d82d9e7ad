-- Units of a return come back in a condition each; a return whose goods have not come can be cancelled.

ALTER TABLE "returns" ADD COLUMN "cancelled_at" TIMESTAMPTZ(3);
ALTER TABLE "returns" DROP CONSTRAINT "returns_status_check";
ALTER TABLE "returns" ADD CONSTRAINT "returns_status_check" CHECK (
    "status" IN ('requested', 'approved', 'declined', 'cancelled', 'received', 'refunded'));
ALTER TABLE "returns" DROP CONSTRAINT "returns_times_check";
ALTER TABLE "returns" ADD CONSTRAINT "returns_times_check" CHECK (
    ("status" = 'cancelled' OR ("status" = 'requested') = ("decided_at" IS NULL))
    AND ("status" IN ('received', 'refunded')) = ("received_at" IS NOT NULL)
    AND ("status" = 'cancelled') = ("cancelled_at" IS NOT NULL));

ALTER TABLE "return_lines" DROP COLUMN "restocked";
ALTER TABLE "return_lines" ADD COLUMN "restocked_quantity" INTEGER;
ALTER TABLE "return_lines" ADD COLUMN "damaged_quantity" INTEGER;
ALTER TABLE "return_lines" ADD COLUMN "missing_quantity" INTEGER;
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_received_check" CHECK (
    num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 0
    OR (num_nonnulls("restocked_quantity", "damaged_quantity", "missing_quantity") = 3
        AND 0 <= "restocked_quantity" AND 0 <= "damaged_quantity" AND 0 <= "missing_quantity"
        AND "restocked_quantity" + "damaged_quantity" + "missing_quantity" = "quantity"));
