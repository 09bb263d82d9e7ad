import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';

import { databaseRoles } from '../migrate/index.js';
import {
  appendOnlyTables,
  callableFunctions,
  columnPrivileges,
  furtherPrivileges,
  holdings,
  tablePrivileges,
  writableColumn,
} from '../testing/privileges.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

const none: readonly string[] = [];
const read = ['SELECT'];
const append = [...read, 'INSERT'];
const change = [...append, 'UPDATE'];
const replace = [...change, 'DELETE'];

interface Decision {
  readonly worker: readonly string[];
  readonly gateway: readonly string[];
}

/** The privileges of each service on each table. A new table needs a line here and grants in its migration. */
const decisions: Readonly<Record<string, Decision>> = {
  _prisma_migrations: { worker: none, gateway: none },
  api_keys: { worker: read, gateway: change },
  audit_log: { worker: append, gateway: ['INSERT'] },
  cancellation_lines: { worker: append, gateway: read },
  cancellations: { worker: append, gateway: read },
  capture_requests: { worker: change, gateway: read },
  commands: { worker: none, gateway: append },
  credit_notes: { worker: append, gateway: read },
  dropped_payments: { worker: change, gateway: read },
  // The gateway reads all columns but one, and writes some; see below.
  erp_connections: { worker: read, gateway: ['DELETE'] },
  erp_links: { worker: change, gateway: read },
  inventory_levels: { worker: change, gateway: read },
  invoice_counters: { worker: change, gateway: read },
  invoice_payments: { worker: append, gateway: read },
  invoice_status_transitions: { worker: read, gateway: none },
  invoices: { worker: change, gateway: read },
  order_commands: { worker: append, gateway: read },
  order_events: { worker: append, gateway: read },
  // An edit of a draft replaces its lines.
  order_lines: { worker: replace, gateway: read },
  order_refusals: { worker: append, gateway: read },
  order_status_transitions: { worker: read, gateway: none },
  orders: { worker: change, gateway: read },
  payment_ledger: { worker: append, gateway: read },
  // The gateway keeps them; the workers mark those that are settled, see below.
  payment_notifications: { worker: read, gateway: append },
  payment_statements: { worker: append, gateway: none },
  payments: { worker: change, gateway: read },
  // A rotation adds the replaced secret, and deletes those that have ended.
  previous_api_key_secrets: { worker: none, gateway: [...append, 'DELETE'] },
  product_variants: { worker: read, gateway: change },
  products: { worker: read, gateway: change },
  refunds: { worker: change, gateway: read },
  reservations: { worker: change, gateway: none },
  return_lines: { worker: change, gateway: read },
  returns: { worker: change, gateway: read },
  // The workers copy it when they issue an invoice.
  sellers: { worker: read, gateway: change },
  // The workers note the condition of units that came back, see below.
  shipment_lines: { worker: append, gateway: read },
  shipments: { worker: change, gateway: read },
  stock_ledger: { worker: append, gateway: read },
  tenant_settings: { worker: change, gateway: read },
};

const services = ['worker', 'gateway'] as const;
type Service = (typeof services)[number];

const decided = (service: Service) =>
  Object.fromEntries(Object.entries(decisions).map(([table, decision]) => [table, decision[service]]));

describe("the services' roles in the database", () => {
  let test: TestDatabase;
  let clients: Readonly<Record<Service | 'owner', pg.Client>>;

  beforeAll(async () => {
    test = await openTestDatabase();
    const connect = async (connectionString: string) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      return client;
    };
    clients = {
      owner: await connect(test.urls.owner),
      worker: await connect(test.urls.worker),
      gateway: await connect(test.urls.gateway),
    };
    return async () => {
      for (const client of Object.values(clients)) await client.end();
      await test.close();
    };
  });

  /** The code with which PostgreSQL refuses a statement. The statement is rolled back in any case. */
  async function refusalOf(service: Service, sql: string): Promise<string | undefined> {
    const client = clients[service];
    await client.query('BEGIN');
    try {
      await client.query(sql);
      return undefined;
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.code;
      throw error;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  const insufficientPrivilege = '42501';

  async function expectRefused(service: Service, statements: readonly string[]): Promise<void> {
    for (const sql of statements)
      expect(await refusalOf(service, sql), `${service}: ${sql}`).toBe(insufficientPrivilege);
  }

  it.each(Object.values(databaseRoles))(
    '%s is not a superuser, and cannot create roles and databases',
    async (role) => {
      const { rows } = await test.owner.query(
        'SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = $1',
        [role],
      );
      expect(rows).toEqual([
        {
          rolsuper: false,
          rolcreatedb: false,
          rolcreaterole: false,
          rolreplication: false,
          rolbypassrls: false,
        },
      ]);
    },
  );

  it.each(services)('the %s has exactly the decided privileges on each table', async (service) => {
    expect(await tablePrivileges(test.owner, databaseRoles[service])).toEqual(decided(service));
  });

  /** The grants on single columns to the gateway. */
  const columns: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    erp_connections: {
      SELECT: ['tenant_id', 'org_id', 'kind', 'settings', 'connected_at', 'connected_by'],
      INSERT: ['tenant_id', 'org_id', 'kind', 'settings', 'secrets', 'connected_by'],
      UPDATE: ['kind', 'settings', 'secrets', 'connected_at', 'connected_by'],
    },
    inventory_levels: {
      INSERT: ['tenant_id', 'org_id', 'variant_id', 'location_id', 'sku'],
      // Needed by the ledger's trigger. The gateway's own statements must not change the sums.
      UPDATE: ['sku', 'on_hand', 'reserved', 'updated_at'],
    },
    // Without order and line: the gateway cannot write an entry of a reservation.
    stock_ledger: {
      INSERT: [
        ...['tenant_id', 'org_id', 'variant_id', 'location_id', 'kind', 'on_hand_delta', 'reserved_delta'],
        'reason',
      ],
    },
    // All columns but the number of the last order.
    tenant_settings: {
      INSERT: ['tenant_id'],
      UPDATE: [
        ...['order_number_prefix', 'return_window_seconds', 'pending_limit_seconds'],
        ...['payments_require_metadata', 'return_expiry_days'],
        ...['capture_policy', 'split_shipments', 'lapsing_authorizations', 'refund_window_days'],
      ],
    },
  };

  it('the gateway and the workers have exactly the decided grants on single columns', async () => {
    const granted = Object.entries(columns).flatMap(([table, privileges]) =>
      Object.entries(privileges).flatMap(([privilege, names]) =>
        names.map((name) => `oms_gateway ${privilege} ${table}.${name}`),
      ),
    );
    granted.push('oms_worker UPDATE payment_notifications.settled_at');
    for (const condition of ['restocked', 'damaged', 'missing']) {
      granted.push(`oms_worker UPDATE shipment_lines.${condition}_quantity`);
    }
    expect([...(await columnPrivileges(test.owner))].sort()).toEqual(granted.sort());
  });

  it('the gateway reads every column of an ERP connection but its sealed secrets', async () => {
    expect(await refusalOf('gateway', 'SELECT kind, settings FROM erp_connections')).toBeUndefined();
    await expectRefused('gateway', [
      'SELECT secrets FROM erp_connections',
      'SELECT * FROM erp_connections',
      'DELETE FROM erp_connections RETURNING secrets',
      'UPDATE erp_connections SET settings = to_jsonb(secrets)',
    ]);
  });

  it('the gateway moves stock by receipts and adjustments alone', async () => {
    const level = "'7c9e6679-7425-40de-944b-e07fc1f90ae7'::uuid";
    const entry = (kind: string, onHand: number, reserved: number) => `
      INSERT INTO inventory_levels (tenant_id, org_id, variant_id, location_id)
      VALUES (${level}, ${level}, ${level}, ${level});
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta)
      VALUES (${level}, ${level}, ${level}, ${level}, '${kind}', ${onHand}, ${reserved})`;
    expect(await refusalOf('gateway', entry('receive', 1, 0))).toBeUndefined();
    const checkViolation = '23514';
    expect(await refusalOf('gateway', entry('reserve', 0, 1))).toBe(checkViolation);
    expect(await refusalOf('gateway', entry('ship', -1, -1))).toBe(checkViolation);
    await expectRefused('gateway', ['INSERT INTO stock_ledger (order_id) VALUES (NULL)']);
    const restrictViolation = '23001';
    for (const sum of ['on_hand', 'reserved']) {
      const write = `UPDATE inventory_levels SET ${sum} = ${sum} + 1`;
      expect(await refusalOf('gateway', `${entry('receive', 1, 0)}; ${write}`)).toBe(restrictViolation);
    }
  });

  it('a new table and a new function are inaccessible to services until a migration grants them', async () => {
    const { owner } = clients;
    await owner.query('BEGIN');
    await owner.query('CREATE TABLE gifts (id bigint GENERATED ALWAYS AS IDENTITY, wrapped boolean)');
    await owner.query("CREATE FUNCTION wrap() RETURNS text LANGUAGE sql AS 'SELECT 1::text'");
    for (const service of services) {
      const role = databaseRoles[service];
      expect(await tablePrivileges(owner, role)).toEqual({ ...decided(service), gifts: none });
      expect(await callableFunctions(owner, role)).not.toContain('wrap');
      expect(await furtherPrivileges(owner, role)).toEqual(none);
    }
    await owner.query('ROLLBACK');
  });

  it('the gateway writes only to the tables of its own mutations', async () => {
    const written = Object.entries(decisions)
      .filter(([table, { gateway }]) => columns[table] ?? gateway.some((privilege) => privilege !== 'SELECT'))
      .map(([table]) => table);
    expect(written).toEqual([
      ...[
        'api_keys',
        'audit_log',
        'commands',
        'erp_connections',
        'inventory_levels',
        'payment_notifications',
      ],
      ...['previous_api_key_secrets', 'product_variants', 'products', 'sellers'],
      ...['stock_ledger', 'tenant_settings'],
    ]);
    for (const table of Object.keys(decisions)) {
      await expectRefused('gateway', [`TRUNCATE ${table}`]);
      if (written.includes(table)) continue;
      const column = await writableColumn(test.owner, table);
      await expectRefused('gateway', [
        `INSERT INTO ${table} DEFAULT VALUES`,
        `UPDATE ${table} SET ${column} = NULL`,
        `DELETE FROM ${table}`,
        `SELECT FROM ${table} FOR KEY SHARE`,
      ]);
    }
  });

  it('the gateway rewrites neither answers, notifications nor audit records, and numbers no orders', async () => {
    await expectRefused('gateway', [
      'UPDATE payment_notifications SET settled_at = NULL',
      'DELETE FROM payment_notifications',
      'UPDATE commands SET result = NULL',
      'DELETE FROM commands',
      'SELECT FROM audit_log',
      'UPDATE audit_log SET data = NULL',
      'DELETE FROM audit_log',
      'UPDATE tenant_settings SET last_order_number = 1',
      'DELETE FROM tenant_settings',
    ]);
  });

  it('the workers cannot insert notifications', async () => {
    await expectRefused('worker', ['INSERT INTO payment_notifications (provider) VALUES (NULL)']);
  });

  it('the workers cannot change append-only tables and cannot truncate any table', async () => {
    const tables = await appendOnlyTables(test.owner);
    expect(tables.length).toBeGreaterThan(9);
    for (const table of tables) {
      const column = await writableColumn(test.owner, table);
      await expectRefused('worker', [`UPDATE ${table} SET ${column} = NULL`, `DELETE FROM ${table}`]);
    }
    for (const table of Object.keys(decisions)) await expectRefused('worker', [`TRUNCATE ${table} CASCADE`]);
  });

  it.each(services)(
    'the %s cannot create, alter or drop objects, and cannot take another role',
    async (service) => {
      const role = databaseRoles[service];
      expect(await holdings(test.owner, role)).toEqual({ owned: 0, roles: none });
      expect(await furtherPrivileges(test.owner, role)).toEqual(none);
      await expectRefused(service, [
        'CREATE TABLE gifts (id int)',
        'CREATE TEMPORARY TABLE gifts (id int)',
        "CREATE FUNCTION gift() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        'CREATE SCHEMA gifts',
        'CREATE INDEX ON orders (currency)',
        'CREATE ROLE gift',
        'ALTER TABLE orders ADD COLUMN gift text',
        'ALTER TABLE order_events DISABLE TRIGGER order_events_append_only',
        `ALTER ROLE ${role} SUPERUSER`,
        'DROP TABLE orders CASCADE',
        'DROP TRIGGER order_events_append_only ON order_events',
        'DROP FUNCTION refuse_rewriting_history() CASCADE',
        'SET session_replication_role = replica',
        `SET ROLE ${databaseRoles.owner}`,
        "COPY orders TO PROGRAM 'true'",
      ]);
    },
  );

  it('only workers can call functions, which run with the rights of their caller', async () => {
    expect(await callableFunctions(test.owner, databaseRoles.worker)).toEqual([
      'add_credit_note',
      'credit_cancelled_units',
      'credit_invoice',
      'credit_refunds',
      'issue_invoice',
      'make_invoice',
      'pay_invoice',
      'void_invoice',
    ]);
    expect(await callableFunctions(test.owner, databaseRoles.gateway)).toEqual(none);
    const { rows } = await test.owner.query(
      "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
    );
    expect(rows).toEqual([]);
  });

  it('the owner owns every object that the migrations create', async () => {
    const { rows } = await test.owner.query<{ owner: string }>(
      `SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
       UNION SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([{ owner: databaseRoles.owner }]);
  });
});
