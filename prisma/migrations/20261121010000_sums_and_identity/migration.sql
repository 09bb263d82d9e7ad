-- What the first migration says of sums and of identity, now also against whoever writes SQL by hand: sums change by
-- their ledgers and in no other way, and an order never changes whose it is.

-- A negative sum of what was voided would let more be captured than was authorised.
ALTER TABLE "payments" ADD CONSTRAINT "payments_voided_check" CHECK ("voided_minor" >= 0);

CREATE FUNCTION refuse_sum_without_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the sums of % follow its ledger: append an entry', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- At depth 0 there is a statement of a client; the ledgers' own triggers write from inside of theirs.
CREATE TRIGGER "payments_sums_insert" BEFORE INSERT ON "payments" FOR EACH ROW
    WHEN (NEW."authorized_minor" <> 0 OR NEW."captured_minor" <> 0 OR NEW."voided_minor" <> 0 OR NEW."refunded_minor" <> 0)
    EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "payments_sums_update" BEFORE UPDATE OF "authorized_minor", "captured_minor", "voided_minor", "refunded_minor" ON "payments" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "inventory_levels_sums_insert" BEFORE INSERT ON "inventory_levels" FOR EACH ROW
    WHEN (NEW."on_hand" <> 0 OR NEW."reserved" <> 0) EXECUTE FUNCTION refuse_sum_without_ledger();
CREATE TRIGGER "inventory_levels_sums_update" BEFORE UPDATE OF "on_hand", "reserved" ON "inventory_levels" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_sum_without_ledger();

CREATE FUNCTION refuse_other_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order keeps its id, tenant, organisation, number, key and request' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "orders_identity" BEFORE UPDATE OF "id", "tenant_id", "org_id", "number", "idempotency_key", "request_hash" ON "orders" FOR EACH ROW
    WHEN ((OLD."id", OLD."tenant_id", OLD."org_id", OLD."number", OLD."idempotency_key", OLD."request_hash")
        IS DISTINCT FROM (NEW."id", NEW."tenant_id", NEW."org_id", NEW."number", NEW."idempotency_key", NEW."request_hash"))
    EXECUTE FUNCTION refuse_other_identity();
