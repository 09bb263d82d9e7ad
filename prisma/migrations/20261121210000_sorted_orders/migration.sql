-- What lists of orders can be sorted by. A page is read from its index, whatever its depth; the id settles what is equal.
-- The last one costs something with each change of an order, which the others do not.
CREATE INDEX "orders_number_sort_idx" ON "orders"("tenant_id", "org_id", (coalesce(substring("number" from '[0-9]+$'), '0')::numeric) DESC, "id" DESC);
CREATE INDEX "orders_total_sort_idx" ON "orders"("tenant_id", "org_id", ("total_minor"::numeric * (ARRAY[10000, 1000, 100, 10, 1])["currency_exponent" + 1]) DESC, "id" DESC);
CREATE INDEX "orders_updated_sort_idx" ON "orders"("tenant_id", "org_id", "updated_at" DESC, "id" DESC);
