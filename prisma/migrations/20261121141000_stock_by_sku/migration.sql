-- CreateIndex: the variant of a SKU.
CREATE INDEX "inventory_levels_sku_idx" ON "inventory_levels"("tenant_id", "org_id", "sku");
