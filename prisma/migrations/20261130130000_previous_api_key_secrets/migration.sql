-- Secrets of API keys that rotations have replaced. Each is accepted until its own time.
CREATE TABLE "previous_api_key_secrets" (
    "hash" TEXT NOT NULL,
    "api_key_id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "replaced_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "previous_api_key_secrets_pkey" PRIMARY KEY ("hash"),
    CONSTRAINT "previous_api_key_secrets_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "previous_api_key_secrets_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "previous_api_key_secrets_valid_until_check" CHECK ("valid_until" >= "replaced_at")
);
CREATE INDEX "previous_api_key_secrets_api_key_id_idx" ON "previous_api_key_secrets"("api_key_id");
GRANT SELECT, INSERT, DELETE ON "previous_api_key_secrets" TO "oms_gateway";

-- Drops the constraint and the index of these columns, too.
ALTER TABLE "api_keys" DROP COLUMN "previous_hash", DROP COLUMN "previous_valid_until";
