import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { freePort, startPostgres } from '@oms/stack';

const execute = promisify(execFile);
const here = import.meta.dirname;
const requirementsFile = path.join(here, 'tryton-requirements.txt');
const prepareScript = path.join(here, 'prepare-tryton.py');
// PostgreSQL refuses to run as root, and its other user cannot read root's home.
const caches = process.getuid?.() === 0 ? '/var/cache' : path.join(homedir(), '.cache');
const cacheFolder = path.join(caches, 'oms', 'tryton');
const preparationTimeoutMs = 600_000;

export const adminPassword = 'admin-of-tests';

/** The Tryton that is installed on this machine, once for all runs. */
export interface TrytonInstallation {
  readonly python: string;
  /** The data folder of a PostgreSQL with Tryton's database. Each server runs on a copy of it. */
  readonly postgresData: string;
}

/**
 * Finds a Python that can make virtual environments with pip. The tests against a real Tryton are skipped only without
 * one; any later failure fails them.
 */
export async function findPython(): Promise<string | undefined> {
  try {
    await execute('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))']);
    return 'python3';
  } catch {
    process.stderr.write(
      '\n!!! The tests against a real Tryton are SKIPPED: there is no python3 (3.11 or later) with venv and pip.\n\n',
    );
    return undefined;
  }
}

/** Installs Tryton and prepares its database, unless that is done already. Takes a minute or two the first time. */
export async function installTryton(systemPython: string): Promise<TrytonInstallation> {
  const [requirements, script] = await Promise.all([readFile(requirementsFile), readFile(prepareScript)]);
  const environment = path.join(cacheFolder, `environment-${digest(requirements)}`);
  const database = path.join(cacheFolder, `database-${digest(requirements, script)}`);
  const python = path.join(environment, 'bin', 'python');
  await mkdir(cacheFolder, { recursive: true });
  await withLock(path.join(cacheFolder, 'lock'), async () => {
    await makeOnce(environment, async (folder) => {
      await run(systemPython, ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirementsFile];
      await run(path.join(folder, 'bin', 'python'), pip);
    });
    await makeOnce(database, (folder) => prepareDatabase(python, folder));
  });
  return { python, postgresData: path.join(database, 'postgres') };
}

/** The contents of trytond's configuration file. */
export function trytonConfiguration(postgresPort: number, port = 0): string {
  const uri = `postgresql://postgres@127.0.0.1:${postgresPort}/`;
  return `[database]\nuri = ${uri}\nlist = False\n[web]\nlisten = 127.0.0.1:${port}\n`;
}

async function prepareDatabase(python: string, folder: string): Promise<void> {
  const port = await freePort();
  const configuration = path.join(folder, 'trytond.conf');
  const passwordFile = path.join(folder, 'password');
  await writeFile(configuration, trytonConfiguration(port));
  await writeFile(passwordFile, adminPassword);
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), port, durable: false });
  try {
    const create =
      'import psycopg, sys; psycopg.connect(sys.argv[1], autocommit=True).execute("CREATE DATABASE oms")';
    await run(python, ['-c', create, postgres.url('postgres')]);
    const admin = [path.join(path.dirname(python), 'trytond-admin'), '-c', configuration, '-d', 'oms'];
    const modules = ['-u', 'sale', '--activate-dependencies', '--email', 'admin@example.com'];
    await run(python, [...admin, ...modules], { TRYTONPASSFILE: passwordFile });
    await run(python, [prepareScript, configuration]);
  } finally {
    await postgres.stop('fast');
  }
}

/** Makes a folder completely or not at all, so that an interrupted run leaves no partial folder. */
async function makeOnce(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  const done = path.join(folder, 'done');
  if (await exists(done)) return;
  const temporary = `${folder}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true, mode: 0o755 });
  try {
    await make(temporary);
    await writeFile(path.join(temporary, 'done'), '');
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Lets one process at a time do the work: test files run in separate processes. */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const deadlineMs = Date.now() + preparationTimeoutMs;
  while (!(await tryLock(file))) {
    if (Date.now() > deadlineMs) throw new Error(`${file} is held by another process for too long`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    return false;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

async function run(
  program: string,
  parameters: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<void> {
  await execute(program, parameters, {
    timeout: preparationTimeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    ...(environment ? { env: environment } : {}),
  });
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

function digest(...contents: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 12);
}
