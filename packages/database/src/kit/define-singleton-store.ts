import type { Fields, Singleton } from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Change } from './audit.js';
import type { Queries } from './queries.js';
import { name, names, plainRow, populated, type PlainRow } from './resource-sql.js';
import type { CarryOut } from './run-command.js';

/** The statements of a singleton. */
export interface SingletonStore {
  readonly resource: Singleton;
  /** Reads the row of a tenant, or the defaults without one. */
  read(queries: Queries, scope: TenantScope): Promise<PlainRow>;
  /**
   * Changes the given fields and keeps all others, also under concurrent changes. The result is the row after the
   * change.
   */
  readonly change: CarryOut<PlainRow, PlainRow>;
}

/** Makes the store of a singleton. A tenant has a row once it has changed a field. */
export function defineSingletonStore<Of extends Fields>(
  singleton: Singleton<Of>,
  { table: tableName, past }: { readonly table: string; readonly past: string },
): SingletonStore {
  const { spec, words } = singleton;
  const table = name(tableName);
  const shown = names(Object.keys(spec.fields));
  const where = ({ tenantId }: TenantScope): Prisma.Sql => Prisma.sql`WHERE tenant_id = ${tenantId}::uuid`;
  return {
    // The store uses only the names of the fields.
    resource: singleton as unknown as Singleton,
    async read(queries, scope) {
      const [row] = await queries.$queryRaw<PlainRow[]>`SELECT ${shown} FROM ${table} ${where(scope)}`;
      return plainRow(row ?? spec.defaults);
    },
    async change(transaction, command) {
      const { tenantId, request } = command;
      // The insert makes sure that there is a row to lock. Reading under the lock makes `before` the row that this
      // change replaces.
      await transaction.$executeRaw`INSERT INTO ${table} (tenant_id) VALUES (${tenantId}::uuid) ON CONFLICT DO NOTHING`;
      const [before = {}] = await transaction.$queryRaw<PlainRow[]>`
        SELECT ${shown} FROM ${table} ${where(command)} FOR NO KEY UPDATE`;
      const given = Object.keys(request);
      const [after = {}] = await transaction.$queryRaw<PlainRow[]>`
        UPDATE ${table} SET (${names(given)}) = (${populated(tableName, given, request)}) ${where(command)}
        RETURNING ${shown}`;
      const change = {
        ...{ action: past, type: words.snake, id: tenantId },
        ...{ before: plainRow(before), after: plainRow(after) },
      } as Change; // `plainRow` returns JSON.
      return { kind: 'done', result: plainRow(after), changes: [change] };
    },
  };
}
