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

/** What wasm-bindgen's glue exports beside the engine, which its types leave out. */
interface Glue {
  __wbg_set_wasm(exports: object): void;
}

/** The part of the standard's `WebAssembly` that this needs; the types of Node.js 20 have none of it. */
interface WebAssemblyLoader {
  instantiate(
    module: Uint8Array,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ readonly instance: { readonly exports: { readonly __wbindgen_start: () => void } } }>;
}

let instantiated: Promise<void> | undefined;

/** The engine is a bundler's build: without a bundler its module is instantiated by hand, once per process. */
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
 * Prisma's own schema engine, in its WebAssembly build, which needs no download: what it writes is what
 * `prisma migrate` writes.
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

/** The engine knows what PostgreSQL said by a number only: with the words, a person can do something about it. */
function explained(error: unknown, errors: ErrorRegistry): unknown {
  const number = error instanceof Error ? /External error id#(\d+)/.exec(error.message)?.[1] : undefined;
  const cause = number === undefined ? undefined : errors.consumeError(Number(number))?.error;
  if (!(error instanceof Error) || !(cause instanceof Error)) return error;
  return new Error(error.message.replace(`External error id#${number}`, cause.message), { cause });
}

/**
 * Prisma's adapter cuts a script at every semicolon, also inside of a function's body. This one sends it whole;
 * PostgreSQL then also runs it in one transaction, so that a migration that fails leaves nothing behind. And its
 * shadow database is the one that it was given, where the adapter's own `connectionString` would win.
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

  /** An empty database beside the connected one, in which the engine replays the migrations. */
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

/** PostgreSQL's numbers of the one-byte type of its system tables, and of ordinary characters. */
const systemCharOid = 18;
const characterOid = 1042;

/** What lies between an adapter and `pg`; not part of its declared type. */
interface AdapterIo {
  performIO(query: SqlQuery): Promise<{ readonly fields: { dataTypeID: number }[] }>;
}

/**
 * The engine reads the system tables, whose one-byte characters the adapter does not know and refuses: they pass it
 * as ordinary ones, and are told to the engine as what it asks for.
 */
function readSystemChars(adapter: SqlQueryable): void {
  const io = adapter as SqlQueryable & AdapterIo; // Of the pinned version of the adapter.
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
