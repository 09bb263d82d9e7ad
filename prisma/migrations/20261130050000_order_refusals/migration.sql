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

GRANT SELECT, INSERT ON "order_refusals" TO "oms_worker";
GRANT SELECT ON "order_refusals" TO "oms_gateway";
