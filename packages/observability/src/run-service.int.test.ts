import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { describe, expect, it } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url).href;

/** Runs a service in a process of its own, for its signals and exit code. */
async function run(body: string, signals: readonly NodeJS.Signals[] = []) {
  const script = `
    import { createLogger, runService } from ${JSON.stringify(built)};
    const log = createLogger({ service: 't', level: 'info' });
    const closes = (name, ms = 0) => () => new Promise((resolve) => setTimeout(() => { console.log('closed ' + name); resolve(); }, ms));
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === 'started') signals.forEach((signal) => child.kill(signal));
  }
  const [code] = (await exited) as [number | null];
  return { code, lines, closed: lines.filter((line) => line.startsWith('closed')) };
}

const keepAlive = `setInterval(() => undefined, 1000);`;

describe('a service that receives a stop signal', () => {
  it('closes its resources in reverse order and exits with 0', async () => {
    const { code, closed } = await run(
      `runService(log, async (onClose) => {
         onClose('first', closes('first', 20)); onClose('second', closes('second')); ${keepAlive} console.log('started');
       });`,
      ['SIGTERM'],
    );
    expect({ code, closed }).toEqual({ code: 0, closed: ['closed second', 'closed first'] });
  });

  it('closes its resources once, after any number of signals', async () => {
    const { code, closed } = await run(
      `runService(log, async (onClose) => { onClose('slow', closes('slow', 100)); ${keepAlive} console.log('started'); });`,
      ['SIGTERM', 'SIGINT', 'SIGTERM'],
    );
    expect({ code, closed }).toEqual({ code: 0, closed: ['closed slow'] });
  });

  it('closes the other resources after a failed closer', async () => {
    const { code, closed } = await run(
      `runService(log, async (onClose) => {
         onClose('first', closes('first')); onClose('bad', () => { throw new Error('no'); }); ${keepAlive} console.log('started');
       });`,
      ['SIGINT'],
    );
    expect({ code, closed }).toEqual({ code: 0, closed: ['closed first'] });
  });

  it('closes the other resources after a closer that exceeds its limit', async () => {
    const { code, closed, lines } = await run(
      `runService(log, async (onClose) => {
         onClose('first', closes('first')); onClose('hangs', () => new Promise(() => {}), { withinMs: 50 });
         ${keepAlive} console.log('started');
       });`,
      ['SIGTERM'],
    );
    expect({ code, closed }).toEqual({ code: 0, closed: ['closed first'] });
    expect(lines.join()).toContain('it takes longer than 50 ms');
  });

  it('exits with 1 if the shutdown exceeds its limit', async () => {
    const { code, lines } = await run(
      `runService(log, async (onClose) => { onClose('hangs', () => new Promise(() => {})); ${keepAlive} console.log('started'); }, { shutdownTimeoutMs: 100 });`,
      ['SIGTERM'],
    );
    expect(code).toBe(1);
    expect(lines.join()).toContain('the shutdown took too long');
  });
});

describe('a service that fails', () => {
  it('closes its resources and exits with 1 after a failed start', async () => {
    const { code, closed, lines } = await run(
      `runService(log, async (onClose) => { onClose('first', closes('first')); throw new Error('no port'); });`,
    );
    expect({ code, closed }).toEqual({ code: 1, closed: ['closed first'] });
    expect(lines.join()).toContain('no port');
  });

  it('exits with 1 after an unhandled rejection', async () => {
    const { code, lines } = await run(
      `runService(log, async () => { ${keepAlive} void Promise.reject(new Error('forgotten')); });`,
    );
    expect(code).toBe(1);
    expect(lines.join()).toContain('forgotten');
  });
});
