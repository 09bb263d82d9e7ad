import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { assertPortsFree, freePort } from './ports.js';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function occupy(host?: string): Promise<number> {
  const port = await freePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) =>
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve),
  );
  return port;
}

describe('when ports are taken', () => {
  it('names all of them at once, each with its variable', async () => {
    const [first, free, second] = [await occupy('127.0.0.1'), await freePort(), await occupy()];
    await expect(
      assertPortsFree([
        { port: first, variable: 'GATEWAY_PORT' },
        { port: free, variable: 'POSTGRES_PORT' },
        { port: second, variable: 'TEMPORAL_PORT' },
      ]),
    ).rejects.toThrow(
      `port ${first} is taken by another program; set GATEWAY_PORT to a free one\n` +
        `port ${second} is taken by another program; set TEMPORAL_PORT to a free one`,
    );
  });

  it('names a port that two variables set', async () => {
    const port = await freePort();
    await expect(
      assertPortsFree([
        { port, variable: 'GATEWAY_PORT' },
        { port, variable: 'TEMPORAL_UI_PORT' },
      ]),
    ).rejects.toThrow(`port ${port} is set twice, by GATEWAY_PORT and by TEMPORAL_UI_PORT`);
  });

  it('does not name free ports', async () => {
    await assertPortsFree([
      { port: await freePort(), variable: 'GATEWAY_PORT' },
      { port: await freePort(), variable: 'POSTGRES_PORT' },
    ]);
  });
});

describe('a free port', () => {
  it('is reserved: nobody else gets it while its process lives, though nobody listens on it', async () => {
    const port = await freePort();
    await expect(freePort({ from: port, to: port + 1 })).rejects.toThrow(
      `no port from ${port} to ${port + 1} is free`,
    );
    // Another process reserves a port, and prints it.
    const [other, printed] = await reserveElsewhere();
    await expect(freePort({ from: printed, to: printed + 1 })).rejects.toThrow('is free');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await freePort({ from: printed, to: printed + 1 })).toBe(printed);
  });
});

async function reserveElsewhere(): Promise<[ChildProcess, number]> {
  const ports = new URL('../dist/ports.js', import.meta.url).href;
  const program = `import { freePort } from '${ports}'; console.log(await freePort()); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return [child, Number(line.toString())];
}
