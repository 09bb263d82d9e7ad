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
GRANT SELECT, INSERT, UPDATE ON "dropped_payments" TO "oms_worker";
GRANT SELECT ON "dropped_payments" TO "oms_gateway";
