-- The decision to cancel the order, with its reason and the change that asked for it, until everything is undone.
ALTER TABLE "orders" ADD COLUMN "cancelling" JSONB;
ALTER TABLE "orders" ADD CONSTRAINT "orders_cancelling_check" CHECK ("status" <> 'cancelled' OR "cancelling" IS NULL);
