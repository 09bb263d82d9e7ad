-- The catalogue, as far as orders need it: what a line of a Sales order names, and the price that it is locked at.

-- CreateTable
CREATE TABLE "products" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "currency" CHAR(3) NOT NULL,
    "currency_exponent" SMALLINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "products_pkey" PRIMARY KEY ("tenant_id", "org_id", "id"),
    CONSTRAINT "products_id_check" CHECK ("id" ~ '^prod_[0-9A-Za-z]{1,64}$'),
    CONSTRAINT "products_currency_exponent_check" CHECK ("currency_exponent" BETWEEN 0 AND 4)
);

-- CreateTable: what is stocked and sold of a product. Its stock is in inventory_levels, by this id.
CREATE TABLE "product_variants" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT,
    "sku" TEXT,
    "price_minor" BIGINT NOT NULL,
    "requires_shipping" BOOLEAN NOT NULL,

    CONSTRAINT "product_variants_pkey" PRIMARY KEY ("tenant_id", "org_id", "id"),
    CONSTRAINT "product_variants_price_check" CHECK ("price_minor" >= 0)
);

-- CreateIndex
CREATE INDEX "products_newest_idx" ON "products"("tenant_id", "org_id", "created_at" DESC, "id" DESC);
CREATE UNIQUE INDEX "product_variants_position_key" ON "product_variants"("tenant_id", "org_id", "product_id", "position");
CREATE UNIQUE INDEX "product_variants_sku_key" ON "product_variants"("tenant_id", "org_id", "sku");

-- AddForeignKey
ALTER TABLE "product_variants" ADD CONSTRAINT "product_variants_product_fkey" FOREIGN KEY ("tenant_id", "org_id", "product_id") REFERENCES "products"("tenant_id", "org_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
