import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startChild, StopRank, untilReady, type Child } from './child.js';
import { Supervisor, type Supervised } from './supervisor.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

const delays = { firstMs: 10, longestMs: 40 };
let folder: string;
let said: string[];
let supervisor: Supervisor;
let children: Child[];

beforeEach(async () => {
  folder = await temporaryFolder();
  said = [];
  children = [];
  supervisor = new Supervisor((line) => said.push(line), delays);
});
afterEach(async () => {
  supervisor.stop();
  await Promise.all(children.map((child) => child.stop('SIGKILL')));
  await removeTemporaryFolders();
});

function startNode(script: string): Child {
  const child = startChild({
    name: 'part',
    command: process.execPath,
    args: ['-e', script],
    logFile: path.join(folder, 'part.log'),
    rank: StopRank.Worker,
    stopSignal: 'SIGTERM',
  });
  children.push(child);
  return child;
}

/** A part whose process is ready when it has created a file. */
function partOf(script: string): Supervised {
  const listeners: ((how: string) => void)[] = [];
  return {
    onCrash: (listener) => void listeners.push(listener),
    async start() {
      const ready = path.join(folder, `ready-${children.length}`);
      const child = startNode(`const ready = ${JSON.stringify(ready)}; ${script}`);
      void child.ended.then((how) => listeners.forEach((listener) => listener(how)));
      const ask = (): Promise<void> =>
        existsSync(ready) ? Promise.resolve() : Promise.reject(new Error('no'));
      await untilReady(child, ask, { everyMs: 5 });
    },
  };
}

const healthy = "require('fs').writeFileSync(ready, ''); setInterval(() => {}, 1000)";
const last = (): Child => {
  const child = children.at(-1);
  if (!child) throw new Error('nothing was started');
  return child;
};

describe('when a part is killed', () => {
  it('restarts it each time, and reports the end and the restart in a line each', async () => {
    const part = partOf(healthy);
    await part.start();
    supervisor.supervise('part', part);
    for (const times of [1, 2, 3]) {
      const killed = last();
      killed.kill('SIGKILL');
      await expect.poll(() => said.length, { timeout: 20_000 }).toBe(times * 2);
      expect(last().pid).not.toBe(killed.pid);
      expect(last().end()).toBeUndefined();
    }
    expect(said.slice(0, 4)).toEqual([
      'part has ended (SIGKILL); starting it again in 0.01 s',
      'part is running again',
      'part has ended (SIGKILL); starting it again in 0.02 s',
      'part is running again',
    ]);
  });
});

describe('when a part cannot be started', () => {
  it('tries again without end, with growing delays up to a limit', async () => {
    const cure = path.join(folder, 'cure');
    const part = partOf(
      `if (!require('fs').existsSync(${JSON.stringify(cure)})) { console.log('a long\\nlog'); process.exit(3); } ${healthy}`,
    );
    supervisor.supervise('part', part);
    await part.start().catch(() => undefined);
    await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(6);
    const didNotStart =
      'part did not start (part ended (status 3) before it was ready); starting it again in';
    expect(said.slice(0, 6)).toEqual([
      'part has ended (status 3); starting it again in 0.01 s',
      ...[0.02, 0.04, 0.04, 0.04, 0.04].map((seconds) => `${didNotStart} ${seconds} s`),
    ]);
    writeFileSync(cure, '');
    await expect.poll(() => said.at(-1), { timeout: 20_000 }).toBe('part is running again');
    expect(last().end()).toBeUndefined();
  });
});

describe('when a part ends at the moment of its successful start', () => {
  it('restarts it', async () => {
    const listeners: ((how: string) => void)[] = [];
    let starts = 0;
    supervisor.supervise('part', {
      onCrash: (listener) => void listeners.push(listener),
      async start() {
        starts += 1;
        const child = startNode(starts === 1 ? 'process.exit(1)' : 'setInterval(() => {}, 1000)');
        void child.ended.then((how) => listeners.forEach((listener) => listener(how)));
        if (starts === 1) await child.ended;
      },
    });
    listeners.forEach((listener) => listener('SIGKILL'));
    await expect.poll(() => starts, { timeout: 20_000 }).toBe(2);
    expect(said).toContain('part has ended (status 1); starting it again in 0.02 s');
  });

  it('does not report it as ready', async () => {
    const child = startNode('setInterval(() => {}, 1000)');
    const answerOfADyingOne = async (): Promise<void> => {
      child.kill('SIGKILL');
      await child.ended;
    };
    await expect(untilReady(child, answerOfADyingOne)).rejects.toThrow(
      'part ended (SIGKILL) before it was ready',
    );
  });
});

describe('when the stack stops', () => {
  it('restarts no part, whether it waits for its restart or ends later', async () => {
    const patient = { firstMs: 500, longestMs: 500 };
    supervisor = new Supervisor((line) => said.push(line), patient);
    const [waiting, running, witness] = [partOf(healthy), partOf(healthy), partOf(healthy)];
    await waiting.start();
    const first = last();
    await running.start();
    const second = last();
    supervisor.supervise('waiting', waiting);
    supervisor.supervise('running', running);
    first.kill('SIGKILL');
    await expect.poll(() => said).toContain('waiting has ended (SIGKILL); starting it again in 0.5 s');
    supervisor.stop();
    second.kill('SIGKILL');
    await second.ended;
    const before = children.length;

    // The witness waits equally long, so another restart would have come before its own.
    const other = new Supervisor((line) => said.push(line), patient);
    await witness.start();
    other.supervise('witness', witness);
    last().kill('SIGKILL');
    await expect.poll(() => said.at(-1), { timeout: 20_000 }).toBe('witness is running again');
    other.stop();
    expect(children.length).toBe(before + 2);
    expect(said.filter((line) => line.startsWith('running'))).toEqual([]);
  });
});
