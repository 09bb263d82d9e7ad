-- Notes and tags of orders, for people.
ALTER TABLE "orders" ADD COLUMN "note" TEXT, ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT '{}';
