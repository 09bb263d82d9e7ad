-- The roles of the product's processes in PostgreSQL. An administrator runs this once in each database of the product, before
-- the first migration: `npm run roles`, or `psql -f prisma/roles.sql`. Running it again changes nothing.
--
--   oms_owner    owns the tables and runs the migrations
--   oms_worker   reads and writes rows: the order, payment, inventory and integration worker
--   oms_gateway  reads rows, and writes those of plain mutations: the gateway
--
-- None of them can log in yet: passwords do not belong in a repository. For each role, either give it a password
-- (`ALTER ROLE oms_worker LOGIN PASSWORD '…'`; psql's `\password` keeps it out of the server's log), or grant it to a user
-- that exists (`GRANT oms_worker TO "…"`).
--
-- The migrations that make the tables say what each role may do with them.

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['oms_owner', 'oms_worker', 'oms_gateway'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
        ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = name
            AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)) THEN
            RAISE EXCEPTION 'the role % is there already and may do more than it should: make it NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS first', name;
        END IF;
    END LOOP;
END $$;

-- By default everybody may make temporary tables, and before PostgreSQL 15 any tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO oms_owner;
GRANT USAGE ON SCHEMA public TO oms_worker, oms_gateway;
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO oms_owner', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO oms_worker, oms_gateway', current_database());
END $$;
