-- Taxes of lines, and prices that include the tax.

ALTER TABLE "orders"
    ADD COLUMN "taxes_included" BOOLEAN NOT NULL DEFAULT false,
    DROP CONSTRAINT "orders_total_check",
    ADD CONSTRAINT "orders_total_check" CHECK ("total_minor" = "subtotal_minor" - "discount_minor"
        + CASE WHEN "taxes_included" THEN 0 ELSE "tax_minor" END + "shipping_minor"),
    ADD CONSTRAINT "orders_included_tax_check" CHECK (NOT "taxes_included" OR "tax_minor" <= "subtotal_minor" - "discount_minor");

-- Both are null where the tax of the order is spread over its lines. The rate is null where the amount was stated.
ALTER TABLE "order_lines"
    ADD COLUMN "tax_rate_millionths" INTEGER,
    ADD COLUMN "tax_minor" BIGINT,
    ADD CONSTRAINT "order_lines_tax_check" CHECK (
        "tax_minor" >= 0 AND ("tax_rate_millionths" IS NULL OR "tax_rate_millionths" BETWEEN 0 AND 1000000 AND "tax_minor" IS NOT NULL));

-- Where the lines have taxes of their own, all of them do, and the tax of the order is their sum.
CREATE FUNCTION check_tax_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_order UUID := CASE TG_TABLE_NAME WHEN 'orders' THEN (to_jsonb(NEW) ->> 'id')::uuid ELSE (to_jsonb(NEW) ->> 'order_id')::uuid END;
BEGIN
    IF EXISTS (
        SELECT FROM orders JOIN order_lines ON order_id = orders.id WHERE orders.id = of_order
        GROUP BY orders.id
        HAVING count(order_lines.tax_minor) NOT IN (0, count(*))
            OR (count(order_lines.tax_minor) > 0 AND sum(order_lines.tax_minor) <> orders.tax_minor)
    ) THEN
        RAISE EXCEPTION 'the taxes of the lines of order % do not add up to its tax', of_order USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- Checked at the end of the transaction, once for an order: an edit of a draft changes the order after its lines.
CREATE CONSTRAINT TRIGGER "orders_tax_of_lines" AFTER INSERT OR UPDATE OF "tax_minor" ON "orders"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_tax_of_lines();
CREATE CONSTRAINT TRIGGER "order_lines_tax_of_lines" AFTER UPDATE OF "tax_minor" ON "order_lines"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD."tax_minor" IS DISTINCT FROM NEW."tax_minor") EXECUTE FUNCTION check_tax_of_lines();
