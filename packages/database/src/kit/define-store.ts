import {
  columnOf,
  staleMessage,
  takenMessage,
  typeIdOf,
  type ActionInputOf,
  type Resource,
  type ResourceListQuery,
  type ResourceSpec,
  type RowOf,
  type ValuesOf,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import { notFound, refusal, RefusalCode, type Actor, type Refusal, type TenantScope } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Change } from './audit.js';
import { violatedUniqueIndex } from './database-error.js';
import type { Queries } from './queries.js';
import {
  all,
  behind,
  matching,
  name,
  names,
  ordered,
  plainRow,
  populated,
  type PlainRow,
} from './resource-sql.js';
import type { CarriedOut, CarryOut, Command, CommandTransaction } from './run-command.js';

/** The ids in a path, by the names of their parameters. */
export type PathIds = Readonly<Record<string, string>>;

/** A mutation of a resource. */
export interface ResourceRequest {
  readonly ids: PathIds;
  /** The body, parsed. */
  readonly values: PlainRow;
  /** The values of the columns that a new secret needs. */
  readonly secret?: PlainRow;
}

/** The stored result of a mutation. */
export interface ChangedResource {
  readonly id: string;
}

/** The SQL statements of a resource. Each sees only rows of the given organisation or tenant. */
export interface ResourceStore {
  readonly resource: Resource;
  /** Makes a secret: its text, which is shown once, and the values of its columns. */
  readonly makeSecret?: () => { readonly secret: string; readonly columns: PlainRow };
  /** The mutations, by the names of the usual operations and the actions. */
  readonly mutations: Readonly<Record<string, CarryOut<ResourceRequest, ChangedResource>>>;
  find(queries: Queries, scope: TenantScope, ids: PathIds): Promise<PlainRow | undefined>;
  /** Reads a page, and one further row if there is a next page. `undefined` for an absent parent. */
  list(
    queries: Queries,
    scope: TenantScope,
    ids: PathIds,
    query: ResourceListQuery,
  ): Promise<readonly PlainRow[] | undefined>;
  /** Locks a row while a part of it is created. Refuses an absent or archived row. */
  hold(transaction: CommandTransaction, scope: TenantScope, ids: PathIds): Promise<Refusal | undefined>;
}

/** The transaction, owner, actor and time of a change. */
export interface ChangeContext {
  readonly transaction: CommandTransaction;
  readonly scope: TenantScope;
  readonly actor: Actor;
  readonly now: Date;
}

type StoredRow<Spec extends ResourceSpec, Hidden extends string> = RowOf<Spec> &
  Readonly<Record<Hidden, string | null>>;
type Columns<Spec extends ResourceSpec, Hidden extends string> = Partial<StoredRow<Spec, Hidden>>;
type Decided<Of> = Of | Refusal | Promise<Of | Refusal>;

/** A resource's additions to the usual statements. A callback returns the values of further columns, or a refusal. */
export interface StoreOptions<Spec extends ResourceSpec, Hidden extends string> {
  readonly table: string;
  /** The store of the resource that this one is a part of. */
  readonly parent?: ResourceStore;
  /** Text columns that neither answers nor audit records show. */
  readonly hidden?: readonly Hidden[];
  /** The SQL of fields that are computed instead of stored. */
  readonly computed?: { readonly [Name in keyof RowOf<Spec>]?: Prisma.Sql };
  readonly makeSecret?: () => { readonly secret: string; readonly columns: Columns<Spec, Hidden> };
  /** Decides about a creation, and sets further columns. */
  readonly onCreate?: (values: ValuesOf<Spec>, context: ChangeContext) => Decided<Columns<Spec, Hidden>>;
  /** Decides about an update, and sets further columns. */
  readonly onUpdate?: (
    before: StoredRow<Spec, Hidden>,
    values: Partial<ValuesOf<Spec>>,
    context: ChangeContext,
  ) => Decided<Columns<Spec, Hidden>>;
  /** Decides about an action, and sets the columns that it changes. An action that sets none is a no-op. */
  readonly actions?: {
    readonly [Name in keyof Spec['actions']]: (
      before: StoredRow<Spec, Hidden>,
      input: ActionInputOf<Spec, Name>,
      context: ChangeContext,
    ) => Decided<Columns<Spec, Hidden>>;
  };
}

/** The same options with plain types. The statements handle rows by the names of their columns alone. */
interface PlainOptions {
  readonly table: string;
  readonly parent?: ResourceStore;
  readonly hidden?: readonly string[];
  readonly computed?: Readonly<Record<string, Prisma.Sql>>;
  readonly makeSecret?: ResourceStore['makeSecret'];
  readonly onCreate?: (values: PlainRow, context: ChangeContext) => Decided<PlainRow>;
  readonly onUpdate?: (before: PlainRow, values: PlainRow, context: ChangeContext) => Decided<PlainRow>;
  readonly actions?: Readonly<
    Record<string, (before: PlainRow, input: unknown, context: ChangeContext) => Decided<PlainRow>>
  >;
}

/**
 * Makes the store of a resource from its declaration. Reads and writes see only rows of the given organisation or
 * tenant. A change locks its row, and writes an audit record with the row before and after.
 */
export function defineStore<Spec extends ResourceSpec, Hidden extends string = never>(
  resource: Resource<Spec>,
  options: StoreOptions<Spec, Hidden>,
): ResourceStore {
  // Casts away the types of the values: the schemas of the declaration have checked them.
  return storeOf(resource, options as unknown as PlainOptions);
}

const isRefusal = (decided: PlainRow | Refusal): decided is Refusal =>
  decided.kind === 'refused' && 'code' in decided && 'message' in decided;

const idValue = ({ id }: ResourceSpec, text: string): Prisma.Sql =>
  id === 'uuid' ? Prisma.sql`${text}::uuid` : Prisma.sql`${text}`;

function storeOf(resource: Resource, options: PlainOptions): ResourceStore {
  const { spec, words } = resource;
  const { parent, hidden = [], computed = {}, makeSecret } = options;
  const table = name(options.table);
  const columns = Object.keys(resource.row.shape);
  const shown = Prisma.join(
    columns.map((column) => Prisma.sql`${computed[column] ?? name(column)} AS ${name(column)}`),
  );
  const known = Prisma.join([shown, ...hidden.map(name)]);
  const absent = notFound(words.noun);
  const archived = refusal(RefusalCode.Archived, `the ${words.noun} is archived`);

  const isRow = (id: unknown): Prisma.Sql => Prisma.sql`id = ${idValue(spec, String(id))}`;

  const ownedBy = ({ tenantId, orgId }: TenantScope): Prisma.Sql =>
    spec.belongsTo === 'tenant'
      ? Prisma.sql`tenant_id = ${tenantId}::uuid`
      : Prisma.sql`tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid`;

  /** The condition for the rows that a path names: one row by its id, or all parts of a parent. */
  function at(scope: TenantScope, ids: PathIds, ...more: readonly Prisma.Sql[]): Prisma.Sql {
    const own = ids[resource.idParameter];
    const above = spec.parent && ids[spec.parent.idParameter];
    return all([
      ownedBy(scope),
      ...(own === undefined ? [] : [isRow(own)]),
      ...(spec.parent && above !== undefined
        ? [Prisma.sql`${name(columnOf(spec.parent.idParameter))} = ${idValue(spec.parent.spec, above)}`]
        : []),
      ...more,
    ]);
  }

  async function find(queries: Queries, scope: TenantScope, ids: PathIds): Promise<PlainRow | undefined> {
    if (parent && !(await parent.find(queries, scope, ids))) return undefined;
    const [row] = await queries.$queryRaw<PlainRow[]>`SELECT ${shown} FROM ${table} WHERE ${at(scope, ids)}`;
    return row && plainRow(row);
  }

  async function lock(transaction: CommandTransaction, scope: TenantScope, ids: PathIds) {
    const refused = await parent?.hold(transaction, scope, ids);
    if (refused) return refused;
    const [row] = await transaction.$queryRaw<PlainRow[]>`
      SELECT ${known} FROM ${table} WHERE ${at(scope, ids)} FOR NO KEY UPDATE`;
    return row ? plainRow(row) : absent;
  }

  const withoutHidden = (row: PlainRow): PlainRow =>
    Object.fromEntries(columns.map((column) => [column, row[column]]));

  function changed(past: string, before: PlainRow | undefined, after: PlainRow | undefined) {
    const id = String((after ?? before)?.['id']);
    const change = {
      ...{ action: `${words.snake}.${past}`, type: words.snake, id },
      ...(before ? { before: withoutId(before) } : {}),
      ...(after ? { after: withoutId(after) } : {}),
    } as Change; // `plainRow` has made them JSON.
    return { kind: 'done', result: { id }, changes: [change] } as const;
  }

  function withoutId(row: PlainRow): PlainRow {
    const { id: _, ...rest } = withoutHidden(row);
    return rest;
  }

  /** Runs a statement that writes a row. Refuses a value that must be unique and that another row has. */
  async function written(
    transaction: CommandTransaction,
    statement: Prisma.Sql,
  ): Promise<PlainRow | Refusal> {
    try {
      const [row] = await transaction.$queryRaw<PlainRow[]>(statement);
      return row ? plainRow(row) : absent;
    } catch (error) {
      const index = violatedUniqueIndex(error);
      const field = spec.unique?.find((unique) => index === `${options.table}_${unique}_key`);
      if (field === undefined) throw error;
      return refusal(RefusalCode.Taken, takenMessage(words, field), { field });
    }
  }

  /** Updates a locked row and increments its version. */
  async function write(
    transaction: CommandTransaction,
    before: PlainRow,
    values: PlainRow,
    past: string,
  ): Promise<CarriedOut<ChangedResource>> {
    const given = Object.keys(values);
    const next = spec.operations.update
      ? Prisma.sql`, version = version + 1, updated_at = now()`
      : Prisma.empty;
    const after = await written(
      transaction,
      Prisma.sql`
        UPDATE ${table} SET (${names(given)}) = (${populated(options.table, given, values)})${next}
        WHERE ${isRow(before['id'])} RETURNING ${shown}`,
    );
    return isRefusal(after) ? after : changed(past, before, after);
  }

  const contextOf = (
    transaction: CommandTransaction,
    { tenantId, orgId, actor }: Command,
  ): ChangeContext => ({ transaction, scope: { tenantId, orgId }, actor, now: new Date() });

  /** Makes a mutation of one row. Locks the row first, and refuses an absent or archived one. */
  const ofRow =
    (
      change: (
        before: PlainRow,
        request: ResourceRequest,
        context: ChangeContext,
      ) => Promise<CarriedOut<ChangedResource>>,
    ): CarryOut<ResourceRequest, ChangedResource> =>
    async (transaction, command) => {
      const before = await lock(transaction, command, command.request.ids);
      return isRefusal(before) ? before : change(before, command.request, contextOf(transaction, command));
    };

  const isArchived = (row: PlainRow): boolean => typeof row['archived_at'] === 'string';

  const create: CarryOut<ResourceRequest, ChangedResource> = async (transaction, command) => {
    const { tenantId, orgId, commandId, request } = command;
    const refused = await parent?.hold(transaction, command, request.ids);
    if (refused) return refused;
    const values = Object.fromEntries(
      Object.keys(spec.fields).map((field) => [field, request.values[field] ?? null]),
    );
    const more = (await options.onCreate?.(values, contextOf(transaction, command))) ?? {};
    if (isRefusal(more)) return more;
    const uuid = commandPartId(commandId, words.snake);
    const row: PlainRow = {
      ...{ ...values, ...more, ...request.secret, tenant_id: tenantId },
      ...(spec.belongsTo === 'tenant' ? {} : { org_id: orgId }),
      ...(spec.parent ? { [columnOf(spec.parent.idParameter)]: request.ids[spec.parent.idParameter] } : {}),
      id: spec.id === 'uuid' ? uuid : typeIdOf(spec.id.prefix, uuid),
    };
    const given = Object.keys(row);
    const after = await written(
      transaction,
      Prisma.sql`INSERT INTO ${table} (${names(given)}) ${populated(options.table, given, row)} RETURNING ${shown}`,
    );
    return isRefusal(after) ? after : changed('created', undefined, after);
  };

  const update = ofRow(async (before, { values: { version, ...values } }, context) => {
    if (isArchived(before)) return archived;
    if (version !== before['version']) {
      return refusal(RefusalCode.StaleVersion, staleMessage(words), { field: 'version' });
    }
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    const more = (await options.onUpdate?.(before, given, context)) ?? {};
    return isRefusal(more) ? more : write(context.transaction, before, { ...given, ...more }, 'updated');
  });

  const archive = ofRow(async (before, _, { transaction, now }) =>
    isArchived(before)
      ? { kind: 'done', result: { id: String(before['id']) }, wasDone: true }
      : write(transaction, before, { archived_at: now.toISOString() }, 'archived'),
  );

  const remove = ofRow(async (before, _, { transaction }) => {
    await transaction.$executeRaw`DELETE FROM ${table} WHERE ${isRow(before['id'])}`;
    return changed('deleted', before, undefined);
  });

  const actions = Object.entries(spec.actions ?? {}).map(([action, { past }]) => {
    const decide = options.actions?.[action];
    if (!decide) throw new Error(`${words.noun}: the store has no action ${action}`);
    const carryOut = ofRow(async (before, { values, secret }, context) => {
      if (isArchived(before)) return archived;
      const decided = await decide(before, values, context);
      if (isRefusal(decided)) return decided;
      const columns = { ...decided, ...secret };
      return Object.keys(columns).length === 0
        ? { kind: 'done', result: { id: String(before['id']) }, wasDone: true }
        : write(context.transaction, before, columns, past);
    });
    return [action, carryOut] as const;
  });

  return {
    resource,
    ...(makeSecret ? { makeSecret } : {}),
    mutations: { create, update, archive, delete: remove, ...Object.fromEntries(actions) },
    find,
    async list(queries, scope, ids, { limit, sort, after, filters, isArchived: wantsArchived }) {
      if (parent && !(await parent.find(queries, scope, ids))) return undefined;
      const more = [
        ...filters.map((filter) => matching(options.table, computed[filter.column], filter)),
        ...(after ? [behind(options.table, sort, after)] : []),
        ...(spec.operations.archive
          ? [wantsArchived ? Prisma.sql`archived_at IS NOT NULL` : Prisma.sql`archived_at IS NULL`]
          : []),
      ];
      const rows = await queries.$queryRaw<PlainRow[]>`
        SELECT ${shown} FROM ${table} WHERE ${at(scope, ids, ...more)} ORDER BY ${ordered(sort)} LIMIT ${limit + 1}`;
      return rows.map(plainRow);
    },
    async hold(transaction, scope, ids) {
      const refused = await parent?.hold(transaction, scope, ids);
      if (refused) return refused;
      const isKept = spec.operations.archive ? Prisma.sql`archived_at IS NULL` : Prisma.sql`true`;
      const [row] = await transaction.$queryRaw<{ kept: boolean }[]>`
        SELECT ${isKept} AS kept FROM ${table} WHERE ${at(scope, ids)} FOR SHARE`;
      if (!row) return absent;
      return row.kept ? undefined : archived;
    },
  };
}
