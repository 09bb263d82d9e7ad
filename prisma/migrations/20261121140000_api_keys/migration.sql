-- CreateTable: programs that may use the Commerce API. Of a secret, only its SHA-256 is kept: 256 random bits cannot be
-- guessed, so a slow hash, which protects what people can remember, would cost each request and win nothing.
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "previous_hash" TEXT,
    "previous_valid_until" TIMESTAMPTZ(3),
    "scopes" TEXT[] NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "rotated_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "api_keys_previous_check" CHECK (("previous_hash" IS NULL) = ("previous_valid_until" IS NULL) AND "previous_hash" <> "hash"),
    CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0 AND "scopes" <@ ARRAY['order:read', 'order:write'])
);

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");
CREATE UNIQUE INDEX "api_keys_previous_hash_key" ON "api_keys"("previous_hash");
CREATE INDEX "api_keys_newest_idx" ON "api_keys"("tenant_id", "org_id", "created_at" DESC, "id" DESC);

-- What is revoked stays revoked, and whose a key is never changes.
CREATE FUNCTION check_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.tenant_id, OLD.org_id) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.org_id) THEN
        RAISE EXCEPTION 'an API key stays whose it is' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.hash) IS DISTINCT FROM (NEW.revoked_at, NEW.hash) THEN
        RAISE EXCEPTION 'API key % is revoked for good', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "api_keys_change" BEFORE UPDATE ON "api_keys" FOR EACH ROW EXECUTE FUNCTION check_api_key_change();
