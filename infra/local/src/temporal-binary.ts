import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { eventually, waitForExit } from './processes.js';

const run = promisify(execFile);

/** The Go module that pins the server that is built where none can be found. */
const moduleDir = fileURLToPath(new URL('../../temporal', import.meta.url));

/** The SDK's own download lies here when an earlier `TestWorkflowEnvironment` has made it. */
const sdkDownload = path.join(os.tmpdir(), 'temporal-sdk-typescript-1.24.0');

const buildReportMs = 10_000;
const buildLimitMs = 30 * 60_000;

/**
 * Finds a `temporal` CLI: on the PATH, in the SDK's cache, in this project's cache, or by building the pinned Go
 * module, which takes minutes the first time. Each place that has none says so in one line.
 *
 * @throws Error that says what to install, when there is none
 */
export async function findTemporalBinary(say: (line: string) => void): Promise<string> {
  const onPath = await findOnPath('temporal');
  if (onPath) return onPath;
  say('no temporal on the PATH');
  if (await isExecutable(sdkDownload)) return sdkDownload;
  say(`the Temporal SDK has no download in its cache (${sdkDownload})`);
  const cached = path.join(await cacheDir(), 'temporal');
  if (await isExecutable(cached)) return cached;
  say(`none built before (${cached})`);
  const go = await findOnPath('go');
  if (!go) {
    throw new Error(
      'no Temporal server was found, and there is no Go to build one: install the Temporal CLI ' +
        '(https://docs.temporal.io/cli) or Go 1.25 or newer (https://go.dev/dl), or set TEMPORAL_ADDRESS',
    );
  }
  await buildOnce(go, cached, say);
  return cached;
}

async function cacheDir(): Promise<string> {
  const sums = await readFile(path.join(moduleDir, 'go.sum'));
  const version = createHash('sha256').update(sums).digest('hex').slice(0, 12);
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return path.join(base, 'oms', `temporal-${version}`);
}

/** Of two that build at the same time the second waits for the first. */
async function buildOnce(go: string, target: string, say: (line: string) => void): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const lock = `${target}.lock`;
  const handle = await open(lock, 'wx').catch(() => undefined);
  if (!handle) {
    const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
    if (age > buildLimitMs) {
      await rm(lock, { force: true });
      return buildOnce(go, target, say);
    }
    say('another process builds Temporal; waiting for it');
    await eventually(
      'the build of Temporal by another process',
      async () => ((await isExecutable(target)) ? true : undefined),
      { timeoutMs: buildLimitMs, everyMs: 1_000 },
    );
    return;
  }
  try {
    await build(go, target, say);
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
}

async function build(go: string, target: string, say: (line: string) => void): Promise<void> {
  say('building Temporal with Go: 3 to 10 minutes, once');
  const unfinished = `${target}.unfinished`;
  const child = spawn(
    go,
    ['build', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, 'github.com/temporalio/cli/cmd/temporal'],
    { cwd: moduleDir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2_000)));
  const startedAt = Date.now();
  const report = setInterval(
    () => say(`still building Temporal, ${Math.round((Date.now() - startedAt) / 1_000)} s so far`),
    buildReportMs,
  );
  const code = await waitForExit(child).finally(() => clearInterval(report));
  if (code !== 0)
    throw new Error(`Temporal could not be built (go ended with status ${code}): ${errors.trim()}`);
  await rename(unfinished, target);
}

async function findOnPath(name: string): Promise<string | undefined> {
  try {
    return (await run('which', [name])).stdout.trim();
  } catch {
    return undefined;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
