-- Who the invoice is made out to, where that is not where the goods go.
ALTER TABLE "orders" ADD COLUMN "billing_address" JSONB;
