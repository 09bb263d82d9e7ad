-- CreateTable: the ERP that an organisation keeps its orders in. What of its settings is secret is sealed by the gateway
-- under a key that the database never has.
CREATE TABLE "erp_connections" (
    "tenant_id" UUID NOT NULL,
    "org_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "secrets" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "connected_by" TEXT NOT NULL,

    CONSTRAINT "erp_connections_pkey" PRIMARY KEY ("tenant_id", "org_id"),
    CONSTRAINT "erp_connections_kind_check" CHECK ("kind" IN ('tryton', 'push')),
    CONSTRAINT "erp_connections_settings_check" CHECK (
        jsonb_typeof("settings") = 'object' AND NOT "settings" ?| ARRAY['password', 'signingSecret']
    ),
    CONSTRAINT "erp_connections_secrets_check" CHECK ("secrets" LIKE 'v1.%')
);

-- CreateTable: where an order stands at its organisation's ERP. An order without a row is kept in none.
CREATE TABLE "erp_links" (
    "order_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "erp_id" TEXT,
    "url" TEXT,
    "pushed_version" INTEGER,
    "tried_version" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "erp_links_pkey" PRIMARY KEY ("order_id"),
    CONSTRAINT "erp_links_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "erp_links_status_check" CHECK ("status" IN ('pending', 'synced', 'failed', 'refused')),
    CONSTRAINT "erp_links_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "erp_links_versions_check" CHECK ("pushed_version" BETWEEN 1 AND "tried_version"),
    CONSTRAINT "erp_links_erp_id_check" CHECK (("erp_id" IS NULL) = ("pushed_version" IS NULL)),
    CONSTRAINT "erp_links_synced_check" CHECK ("status" <> 'synced' OR ("pushed_version" = "tried_version" AND "last_error" IS NULL)),
    CONSTRAINT "erp_links_error_check" CHECK ("status" NOT IN ('failed', 'refused') OR "last_error" IS NOT NULL),
    CONSTRAINT "erp_links_failed_check" CHECK (("status" = 'failed') = ("next_attempt_at" IS NOT NULL AND "failing_since" IS NOT NULL))
);

-- What the ERP has never gets older, whoever reports late.
CREATE FUNCTION check_erp_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."tried_version" < OLD."tried_version" OR NEW."pushed_version" < OLD."pushed_version" OR (OLD."pushed_version" IS NOT NULL AND NEW."pushed_version" IS NULL) THEN
        RAISE EXCEPTION 'what the ERP has of order % only gets newer', OLD."order_id" USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "erp_links_change" BEFORE UPDATE ON "erp_links" FOR EACH ROW EXECUTE FUNCTION check_erp_link_change();
