import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type ErrorRegistry,
  type SqlQuery,
  type SqlQueryable,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const require = createRequire(import.meta.url);

/** An export of wasm-bindgen's glue that its types leave out. */
interface Glue {
  __wbg_set_wasm(exports: object): void;
}

/** The required part of the standard `WebAssembly`, which the types of Node.js 20 lack. */
interface WebAssemblyLoader {
  instantiate(
    module: Uint8Array,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ readonly instance: { readonly exports: { readonly __wbindgen_start: () => void } } }>;
}

let instantiated: Promise<void> | undefined;

/** Instantiates the engine's module, once per process. By hand, because the engine's build expects a bundler. */
function instantiate(): Promise<void> {
  return (instantiated ??= (async () => {
    const folder = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
    const wasm = await readFile(path.join(folder, 'schema_engine_bg.wasm'));
    const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyLoader };
    const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': engine });
    (engine as unknown as Glue).__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
  })());
}

/**
 * Runs `use` with Prisma's own schema engine in its WebAssembly build, which needs no download. Its output equals that of
 * `prisma migrate`.
 */
export async function withSchemaEngine<Result>(
  connectionString: string,
  use: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await instantiate();
  // One connection: the engine's advisory lock belongs to the session that took it.
  const pool = new pg.Pool({ connectionString, max: 1 });
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
    const instance = await engine.SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
    try {
      return await use(instance);
    } catch (error) {
      throw explained(error, factory.errorRegistry);
    } finally {
      instance.free();
    }
  } finally {
    await pool.end();
  }
}

/** Replaces the engine's number of an error by PostgreSQL's message. */
function explained(error: unknown, errors: ErrorRegistry): unknown {
  const number = error instanceof Error ? /External error id#(\d+)/.exec(error.message)?.[1] : undefined;
  const cause = number === undefined ? undefined : errors.consumeError(Number(number))?.error;
  if (!(error instanceof Error) || !(cause instanceof Error)) return error;
  return new Error(error.message.replace(`External error id#${number}`, cause.message), { cause });
}

/**
 * Sends scripts whole. Prisma's own adapter splits a script at every semicolon, also inside of a function's body. PostgreSQL
 * runs a whole script in one transaction, so that a failed migration is rolled back. The shadow database is on the server of
 * the pool, where the adapter's own `connectionString` would take precedence.
 */
class WholeScripts extends PrismaPg {
  constructor(private readonly pool: pg.Pool) {
    super(pool);
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await this.pool.query(script);
    };
    readSystemChars(adapter);
    return adapter;
  }

  /** An empty database on the same server, in which the engine replays the migrations. */
  override async connectToShadowDb(): ReturnType<PrismaPg['connectToShadowDb']> {
    const name = `shadow_${randomUUID().replaceAll('-', '')}`;
    await this.pool.query(`CREATE DATABASE ${name}`);
    const url = new URL(this.pool.options.connectionString ?? '');
    url.pathname = `/${name}`;
    const shadow = new pg.Pool({ connectionString: url.href, max: 1 });
    const adapter = await new WholeScripts(shadow).connect();
    adapter.dispose = async () => {
      await shadow.end();
      await this.pool.query(`DROP DATABASE ${name}`);
    };
    return adapter;
  }
}

/** PostgreSQL's type ids of one-byte characters in system tables, and of ordinary characters. */
const systemCharOid = 18;
const characterOid = 1042;

/** The adapter's call of `pg`, which its declared type leaves out. */
interface AdapterIo {
  performIO(query: SqlQuery): Promise<{ readonly fields: { dataTypeID: number }[] }>;
}

/**
 * Lets one-byte characters of system tables pass the adapter, which refuses their type. They pass as ordinary characters, and
 * the engine receives the column type that it expects.
 */
function readSystemChars(adapter: SqlQueryable): void {
  const io = adapter as SqlQueryable & AdapterIo; // True of the pinned version of the adapter.
  const performIO = io.performIO.bind(io);
  const queryRaw = io.queryRaw.bind(io);
  const systemChars = new WeakMap<SqlQuery, readonly number[]>();
  io.performIO = async (query) => {
    const result = await performIO(query);
    systemChars.set(
      query,
      [...result.fields.keys()].filter((column) => result.fields[column]?.dataTypeID === systemCharOid),
    );
    for (const field of result.fields)
      if (field.dataTypeID === systemCharOid) field.dataTypeID = characterOid;
    return result;
  };
  io.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const column of systemChars.get(query) ?? []) result.columnTypes[column] = ColumnTypeEnum.Character;
    return result;
  };
}
