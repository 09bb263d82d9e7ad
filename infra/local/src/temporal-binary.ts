import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Environment } from '@oms/config';

import { findOnPath, isExecutable } from './executables.js';
import { buildTemporal, goProblem } from './temporal-build.js';
import { downloadTemporal, sdkVersion } from './temporal-download.js';
import { clockFile } from './temporal-sources.js';

const run = promisify(execFile);

/** The Go module that pins the version of a built server. */
const pinnedModule = fileURLToPath(new URL('../../temporal', import.meta.url));

/** The first server with a generally available Update-with-Start, by which orders are placed. */
const oldestServer = { major: 1, minor: 28 } as const;

/** Long enough for a busy machine, because a kept file that does not answer is built or downloaded again. */
const versionLimitMs = 60_000;

/** The places to search. The defaults are those of this machine. */
export interface TemporalSearch {
  readonly env?: Environment;
  /** The folder of the SDK's downloads. */
  readonly sdkCacheDir?: string;
  readonly moduleDir?: string;
  /** The address of Temporal's download host. */
  readonly downloadUrl?: string;
}

/**
 * Finds a `temporal` CLI: on the PATH, in the SDK's cache, in this project's cache, from Temporal's download host, or
 * from a build of the pinned Go module. The first build takes minutes. Keeps a downloaded or built one. Prints
 * a line for each place without one.
 *
 * @throws Error that names what to install, if none is found
 */
export async function findTemporalBinary(
  say: (line: string) => void,
  search: TemporalSearch = {},
): Promise<string> {
  const { env = process.env, moduleDir = pinnedModule, sdkCacheDir = os.tmpdir() } = search;
  const onPath = await findOnPath('temporal', env);
  if (onPath) {
    const problem = await problemOf(onPath);
    if (!problem) return onPath;
    say(`${onPath} is skipped: ${problem}`);
  } else say('there is no temporal on the PATH');

  const ofSdk = path.join(sdkCacheDir, `temporal-sdk-typescript-${sdkVersion}`);
  if (await isExecutable(ofSdk)) {
    const problem = await problemOf(ofSdk);
    if (!problem) return ofSdk;
    say(`${ofSdk} is skipped: ${problem}`);
  } else say(`the Temporal SDK has no download in its cache (${ofSdk})`);

  const cacheDir = path.join(env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'oms');
  const built = path.join(cacheDir, `temporal-${await checksumOf(moduleDir)}`, 'temporal');
  const downloaded = path.join(cacheDir, `temporal-sdk-${sdkVersion}`, 'temporal');
  const kept = [];
  for (const file of [built, downloaded]) if (await isExecutable(file)) kept.push(file);
  for (const file of kept) {
    const problem = await problemOf(file);
    if (!problem) return file;
    say(`${file} is removed: ${problem}`);
    await rm(file, { force: true });
  }
  if (kept.length === 0) say(`none was built or downloaded before (${cacheDir})`);

  try {
    await downloadTemporal(downloaded, say, search.downloadUrl);
    return downloaded;
  } catch (error) {
    say(`none can be downloaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const go = await findOnPath('go', env);
  const problem = go ? await goProblem(go, env) : 'there is no Go to build one';
  if (!go || problem) {
    throw new Error(
      `no Temporal server was found, and ${problem}: install the Temporal CLI (https://docs.temporal.io/cli) or ` +
        'Go 1.25 or newer (https://go.dev/dl), or set TEMPORAL_ADDRESS to a server that runs',
    );
  }
  await buildTemporal({ go, moduleDir, env, target: built, say });
  return built;
}

/** The reason not to use an executable: too old, or another program. Undefined for a usable one. */
async function problemOf(binary: string): Promise<string | undefined> {
  let printed: string;
  try {
    printed = (await run(binary, ['--version'], { timeout: versionLimitMs })).stdout.trim();
  } catch (error) {
    return `it does not run (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`;
  }
  const [, major, minor] = /\(Server (\d+)\.(\d+)/.exec(printed) ?? [];
  if (major === undefined || minor === undefined)
    return `it says '${printed.slice(0, 80)}', not its server's version`;
  const isOld =
    Number(major) < oldestServer.major ||
    (Number(major) === oldestServer.major && Number(minor) < oldestServer.minor);
  return isOld
    ? `its server is ${major}.${minor}, and ${oldestServer.major}.${oldestServer.minor} or newer is needed`
    : undefined;
}

async function checksumOf(moduleDir: string): Promise<string> {
  const checksum = createHash('sha256');
  for (const file of ['go.sum', clockFile]) checksum.update(await readFile(path.join(moduleDir, file)));
  return checksum.digest('hex').slice(0, 12);
}
