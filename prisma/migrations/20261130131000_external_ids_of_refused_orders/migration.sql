-- An order gives its external id free when its cancellation is decided: the undos may take as long as a provider does.
DROP INDEX "orders_external_id_key";
CREATE UNIQUE INDEX "orders_external_id_key" ON "orders"("tenant_id", "external_id")
    WHERE "status" <> 'cancelled' AND "cancelling" IS NULL;
