import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url).href;

/** A service that logs on request. The IPC channel carries requests and answers, apart from the log. */
const program = `
  import { createLogger, runService } from ${JSON.stringify(built)};
  const log = createLogger({ service: 't', level: 'info' });
  runService(log, async () => {
    process.on('message', ({ lines, length, fails }) => {
      for (let line = 1; line <= lines; line += 1) log.info({ line }, 'x'.repeat(length));
      if (fails) void Promise.reject(new Error('forgotten'));
      process.send('said');
    });
    process.send('started');
  });`;

const children: ChildProcess[] = [];
const undo: (() => void)[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const step of undo.splice(0).reverse()) step();
});

async function run(stdout: number | 'pipe') {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  return {
    child,
    async say(lines: number, length = 1) {
      child.send({ lines, length });
      await once(child, 'message');
    },
    async end(): Promise<unknown> {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

const parsed = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a log on a full device', () => {
  it('does not stop a service from answering and from exiting with 0', async () => {
    const { say, end } = await run(openSync('/dev/full', 'w'));
    await say(1_000);
    await say(1);
    expect(await end()).toBe(0);
  });

  it('does not stop a failed service from exiting with 1', async () => {
    const { child } = await run(openSync('/dev/full', 'w'));
    const ended = once(child, 'exit');
    child.send({ lines: 1, length: 1, fails: true });
    expect((await ended)[0]).toBe(1);
  });
});

/** Whether the test may mount a file system, which needs root. */
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.skipIf(!mayMount)(
  'a log on a disk that is full for a while (skipped: only root can mount one)',
  () => {
    it('counts lost lines as soon as the disk has room, below the line that the full disk has torn', async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'oms-log-'));
      undo.push(() => rmSync(folder, { recursive: true, force: true }));
      const disk = path.join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
      undo.push(() => execFileSync('umount', ['-l', disk]));
      const file = path.join(disk, 'log');
      const { say, end } = await run(openSync(file, 'a'));
      // 64 KiB hold fewer than 132 lines of more than 500 bytes.
      await say(200, 500);
      const torn = readFileSync(file, 'utf8').split('\n');
      const written = torn.length - 1;
      expect(written).toBeGreaterThan(50);
      expect(torn.at(-1)?.length).toBeGreaterThan(0);
      writeFileSync(file, torn.slice(0, 10).join('\n'), { flag: 'w' });
      await say(1);
      expect(await end()).toBe(0);
      const lines = parsed(readFileSync(file, 'utf8').split('\n').slice(10).join('\n'));
      expect(lines).toMatchObject([
        {
          level: 40,
          service: 't',
          lost: 200 - written,
          msg: 'lines of this log could not be written and are lost',
        },
        { line: 1 },
        { msg: 'stopping' },
        { msg: 'stopped' },
      ]);
    });
  },
);

describe('a log in a pipe', () => {
  it('without a reader does not stop the service from answering and from exiting with 0', async () => {
    const { child, say, end } = await run('pipe');
    child.stdout?.destroy();
    await say(100);
    await say(100);
    expect(await end()).toBe(0);
  });

  it('with a slow reader drops and counts lines beyond a bound, and the service continues', async () => {
    const { child, say, end } = await run('pipe');
    // Ten times the limit of waiting bytes. Reading begins after the answer.
    await say(10_000, 1_000);
    const output = child.stdout ?? undefined;
    if (!output) throw new Error('there is no pipe');
    let seen = 0;
    let read = '';
    const reading = createInterface({ input: output });
    reading.on('line', (line) => {
      read += `${line}\n`;
      seen += 1;
    });
    await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(500);
    let polls = 0;
    await expect
      .poll(
        async () => {
          polls += 1;
          await say(1);
          return read.includes('"lost"');
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(await end()).toBe(0);
    const said = parsed(read);
    const lost = said.find((line) => 'lost' in line);
    const kept = said.slice(0, said.indexOf(lost ?? {}));
    // Lines of early polls may be dropped and counted as well.
    const written = said.filter((line) => 'line' in line).length;
    expect(written + Number(lost?.['lost'])).toBe(10_000 + polls);
    expect(kept.at(-1)).toMatchObject({ line: kept.length });
  });

  it('with a reader that never reads does not stop the service from exiting', async () => {
    const { child, say, end } = await run('pipe');
    await say(10_000, 1_000);
    expect(await end()).toBe(0);
    expect(await text(child.stdout ?? Readable.from([]))).toContain('"line":1');
  });
});
