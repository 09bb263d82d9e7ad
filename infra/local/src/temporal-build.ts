import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Environment } from '@oms/config';

import { isBuildLockAbandoned, takeBuildLock } from './build-lock.js';
import { startChild, StopRank } from './child.js';
import { isExecutable } from './executables.js';
import { eventually } from './processes.js';
import { layOutSources } from './temporal-sources.js';

const run = promisify(execFile);

const oldestGo = { major: 1, minor: 25 } as const;
/** The first Go that fetches the version that a module needs, unless GOTOOLCHAIN forbids it. */
const firstGoThatFetches = { major: 1, minor: 21 } as const;

const reportMs = 10_000;
const buildLimitMs = 60 * 60_000;

export interface TemporalBuild {
  readonly go: string;
  readonly moduleDir: string;
  readonly env: Environment;
  readonly target: string;
  readonly say: (line: string) => void;
}

/** The reason for which this Go cannot build the module, if there is one. */
export async function goProblem(go: string, env: Environment): Promise<string | undefined> {
  let toolchain: string;
  let version: string;
  try {
    // Runs outside of any module: inside of one, Go would fetch and report another version.
    const ask = async (name: string, extra: Environment): Promise<string> =>
      (await run(go, ['env', name], { cwd: os.tmpdir(), env: { ...env, ...extra } })).stdout.trim();
    toolchain = await ask('GOTOOLCHAIN', {});
    version = await ask('GOVERSION', { GOTOOLCHAIN: 'local' });
  } catch (error) {
    return `${go} does not run (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`;
  }
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const isAtLeast = (wanted: { readonly major: number; readonly minor: number }): boolean =>
    Number(major) > wanted.major || (Number(major) === wanted.major && Number(minor) >= wanted.minor);
  if (isAtLeast(oldestGo)) return undefined;
  const fetches = isAtLeast(firstGoThatFetches) && /auto|path/.test(toolchain);
  return fetches ? undefined : `${version || go} is too old to build one`;
}

/**
 * Builds the server with Go. The file appears when it is complete. A second builder waits for the first.
 *
 * @throws Error with the end of the output of Go
 */
export async function buildTemporal(build: TemporalBuild): Promise<void> {
  await mkdir(path.dirname(build.target), { recursive: true });
  const lock = `${build.target}.lock`;
  while (!(await isExecutable(build.target))) {
    const release = await takeBuildLock(lock);
    if (release) {
      try {
        return await compile(build);
      } finally {
        await release();
      }
    }
    build.say('another process builds Temporal; waiting for it');
    await untilBuiltOrGivenUp(build.target, lock);
  }
}

async function untilBuiltOrGivenUp(target: string, lock: string): Promise<void> {
  await eventually(
    'the build of Temporal by another process',
    async () => {
      if (await isExecutable(target)) return true;
      return (await isBuildLockAbandoned(lock)) ? true : undefined;
    },
    { timeoutMs: buildLimitMs, everyMs: 500 },
  );
}

async function compile(build: TemporalBuild): Promise<void> {
  build.say('building Temporal with Go: 3 to 10 minutes, once');
  const folder = `${build.target}-sources-${process.pid}`;
  try {
    await compileSources(build, await layOutSources(build, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileSources(
  { go, moduleDir, env, target, say }: TemporalBuild,
  modFile: string,
): Promise<void> {
  // A unique name: a builder with a stale lock may still write.
  const unfinished = `${target}.unfinished-${process.pid}`;
  const child = startChild({
    name: 'the build of Temporal',
    command: go,
    args: [
      ...[
        'build',
        '-modfile',
        modFile,
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        '-s -w',
        '-o',
        unfinished,
      ],
      'github.com/temporalio/cli/cmd/temporal',
    ],
    cwd: moduleDir,
    env,
    logFile: `${target}-build.log`,
    rank: StopRank.Helper,
    stopSignal: 'SIGINT',
  });
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1_000);
  const report = setInterval(() => say(`still building Temporal, ${seconds()} s so far`), reportMs);
  const how = await child.ended.finally(() => clearInterval(report));
  if (how !== 'status 0') {
    await rm(unfinished, { force: true });
    throw new Error(`Temporal could not be built (go: ${how})\n${child.printed()}`);
  }
  await rename(unfinished, target);
  say(`Temporal was built in ${seconds()} s`);
}
