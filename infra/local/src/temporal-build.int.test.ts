import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { buildTemporal } from './temporal-build.js';
import { goOf, moduleOf, script } from './testing/fake-programs.js';
import { built, endPrograms, runScript } from './testing/program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let folder: string;
let go: string;
let target: string;
let lock: string;
let said: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  go = path.join(folder, 'go');
  target = path.join(folder, 'cache', 'temporal');
  lock = `${target}.lock`;
  said = [];
  await goOf(go);
  await moduleOf(folder);
  await mkdir(path.dirname(target));
});
afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

const build = (): Promise<void> =>
  buildTemporal({ go, moduleDir: folder, env: {}, target, say: (line) => said.push(line) });
const builds = async (): Promise<number> =>
  (await readFile(`${go}.builds`, 'utf8')).trim().split('\n').length;
const waiting = 'another process builds Temporal; waiting for it';

/** Writes the lock of a process of this or another machine. */
const leaveLock = (builder: { readonly pid: number; readonly started: string; readonly host: string }) =>
  writeFile(lock, JSON.stringify(builder));

describe('when Temporal is built', () => {
  it('appears under its name when it is complete, and leaves no lock', async () => {
    await build();
    expect(existsSync(target)).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  it('is built with the clock that tests can set ahead, and leaves no sources', async () => {
    await build();
    expect(await readFile(`${go}.clock`, 'utf8')).toBe('package clock // of this project');
    expect(await readdir(path.dirname(target))).toEqual(['temporal', 'temporal-build.log']);
  });

  it('fails with the reason if the sources cannot be downloaded', async () => {
    await script(go, 'echo no route to the proxy; exit 1');
    await expect(build()).rejects.toThrow(
      /^the sources of Temporal cannot be downloaded: .*\s+no route to the proxy/,
    );
    expect(existsSync(lock)).toBe(false);
  });

  it('fails with the end of the output of Go, leaves no file, and can be repeated', async () => {
    await goOf(go, { build: 'echo no such module >&2; exit 1' });
    await expect(build()).rejects.toThrow('Temporal could not be built (go: status 1)\nno such module');
    expect(existsSync(target)).toBe(false);
    expect(existsSync(lock)).toBe(false);
    await goOf(go);
    await build();
    expect(existsSync(target)).toBe(true);
  });

  it('is built once if several processes build at the same time', async () => {
    const module = JSON.stringify(built('temporal-build.js'));
    const options = JSON.stringify({ go, moduleDir: folder, env: {}, target });
    const builders = [1, 2, 3].map(() =>
      runScript(`import { buildTemporal } from ${module};
        await buildTemporal({ ...${options}, say: () => undefined });
        process.exit(0);`),
    );
    expect(await Promise.all(builders.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(await builds()).toBe(1);
  });
});

describe('when the lock is stale', () => {
  it.each([
    ['its process has ended', { pid: 2 ** 22 + 1, started: '1', host: os.hostname() }],
    ['another program has its process id now', { pid: process.pid, started: '1', host: os.hostname() }],
  ])('builds at once: %s', async (_what, builder) => {
    await leaveLock(builder);
    await build();
    expect(said).not.toContain(waiting);
    expect(existsSync(target)).toBe(true);
  });

  it('builds at once: a process of another machine has not refreshed it for some time', async () => {
    await leaveLock({ pid: 1, started: '1', host: 'another-machine' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await build();
    expect(said).not.toContain(waiting);
  });
});

describe('when another process holds the lock', () => {
  it.each([
    ['builds after that one has failed', () => Promise.resolve(), 1],
    ['uses the file that it has built', () => goOf(target).then(() => undefined), 0],
  ])('waits, says so, and %s', async (_what, finish, expectedBuilds) => {
    await leaveLock({ pid: 1, started: '1', host: 'another-machine' });
    const done = build();
    await expect.poll(() => said).toContain(waiting);
    await finish();
    await rm(lock);
    await done;
    expect(existsSync(target)).toBe(true);
    expect(existsSync(`${go}.builds`) ? await builds() : 0).toBe(expectedBuilds);
  });
});
