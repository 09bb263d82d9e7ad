import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** @throws Error that names each taken port and the variable that sets it */
export async function assertPortsFree(
  wanted: readonly { readonly port: number; readonly variable: string }[],
): Promise<void> {
  const faults: string[] = [];
  for (const { port, variable } of wanted) {
    const namesake = wanted.find((other) => other.port === port);
    if (namesake && namesake.variable !== variable) {
      faults.push(`port ${port} is set twice, by ${namesake.variable} and by ${variable}`);
    } else await assertPortFree(port, variable).catch((error: Error) => faults.push(error.message));
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** @throws Error that names the taken port and the variable that sets it */
export async function assertPortFree(port: number, variable: string): Promise<void> {
  // A listener on all addresses takes the port of one address. The reverse is not true on every system.
  for (const host of ['127.0.0.1', undefined]) {
    const fault = await listenOnce(port, host);
    if (fault === 'EADDRINUSE') {
      throw new Error(`port ${port} is taken by another program; set ${variable} to a free one`);
    }
    if (fault === 'EACCES') {
      throw new Error(`port ${port} may not be used by this user; set ${variable} to one above 1023`);
    }
    if (fault !== undefined) throw new Error(`port ${port} cannot be used (${fault}); set ${variable}`);
  }
}

/**
 * The range of free ports, without its end. It is below the ports of outgoing connections, which could take a free port
 * before its server starts.
 */
const freePorts = { from: 15_000, to: 32_000 };

/**
 * A free port that no other process on this machine gets from here while this one lives, also while the port's server
 * is stopped. The process reserves it by taking the UDP port of the same number, which nothing else here uses.
 */
export async function freePort({ from, to } = freePorts): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const port = from + Math.floor(Math.random() * (to - from));
    if ((await listenOnce(port)) === undefined && (await reserve(port))) return port;
  }
  throw new Error(`no port from ${from} to ${to} is free`);
}

/** @returns whether this process has the port to itself now, until it ends */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const reservation = createSocket('udp4').unref();
    reservation.once('error', () => resolve(false));
    reservation.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

/** @returns the code of the fault, such as `EADDRINUSE` */
function listenOnce(port: number, host?: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ port, ...(host === undefined ? {} : { host }) }, () =>
      probe.close(() => resolve(undefined)),
    );
  });
}
