import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Logger } from 'pino';

/** Bounds for a server's connections. Times are in milliseconds and have defaults. */
export interface ServerBounds {
  /** Open connections of all clients together. */
  readonly maxConnections: number;
  /** Open connections of one client. `clientOf` names the client; connections without a name are not counted. */
  readonly perClient?: {
    readonly max: number;
    readonly clientOf: (address: string | undefined) => string | undefined;
  };
  /** From the start of a connection, or the end of the previous request, to the end of the headers. */
  readonly headersTimeoutMs?: number;
  /** From the same start to the end of the body. */
  readonly requestTimeoutMs?: number;
  /** Interval between checks of the two limits above. */
  readonly checkIntervalMs?: number;
  readonly keepAliveTimeoutMs?: number;
  /** Limit for a connection without traffic, while a response is computed or left unread. */
  readonly silenceTimeoutMs?: number;
  /** Receives a line when connections are dropped. */
  readonly log?: Logger;
}

/** Reason of a drop: the server is full, the client has too many connections, or the system failed to accept one. */
type DropReason = 'server_full' | 'client_full' | 'not_accepted';

const defaults = {
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  checkIntervalMs: 5_000,
  // Longer than the idle limit of common load balancers (60 s), so that the load balancer closes idle connections.
  keepAliveTimeoutMs: 65_000,
  silenceTimeoutMs: 180_000,
};

/** Interval between log lines, so that a flood of connections does not flood the log. */
const reportEveryMs = 10_000;

/**
 * Creates an HTTP server that connections can neither crash nor exhaust. Socket errors never reach `uncaughtException`. Every
 * wait for a client has a deadline. Connections over the bounds are closed unanswered.
 *
 * Listeners of `connect`, `upgrade` and `clientError` receive a socket without deadlines, and must pass it to
 * {@link destroyWithin}.
 */
export function createBoundedServer(
  bounds: ServerBounds,
  listener: RequestListener,
  options: Pick<ServerOptions, 'requireHostHeader'> = {},
): Server {
  const timeouts = { ...defaults, ...bounds };
  const server = createServer(
    { ...options, connectionsCheckingInterval: timeouts.checkIntervalMs },
    listener,
  );
  server.headersTimeout = timeouts.headersTimeoutMs;
  server.requestTimeout = timeouts.requestTimeoutMs;
  server.keepAliveTimeout = timeouts.keepAliveTimeoutMs;
  server.timeout = timeouts.silenceTimeoutMs;
  server.maxConnections = bounds.maxConnections;

  const report = reportDrops(bounds.log);
  const admit = admission(bounds.perClient);
  server.on('connection', (socket: Socket) => {
    // Node removes its own listener from a raw socket. An `error` without a listener would end the process.
    socket.on('error', () => socket.destroy());
    if (admit(socket)) return;
    report('client_full');
    socket.destroy();
  });
  server.on('drop', () => report('server_full'));
  // Emitted if the system fails to accept a connection, for example for lack of descriptors or memory.
  server.once('listening', () => {
    server.on('error', (error: NodeJS.ErrnoException) => report('not_accepted', error.code));
  });
  return server;
}

/** Destroys a connection after `graceMs`, in any case. Until then, a response can be written. */
export function destroyWithin(graceMs: number, socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), graceMs);
  socket.once('close', () => clearTimeout(timer));
}

/** Counts each connection until its close. @returns whether the client's limit allows the connection */
function admission(perClient: ServerBounds['perClient']): (socket: Socket) => boolean {
  if (!perClient) return () => true;
  const { max, clientOf } = perClient;
  const open = new Map<string, number>();
  return (socket) => {
    const client = clientOf(socket.remoteAddress);
    if (client === undefined) return true;
    const count = open.get(client) ?? 0;
    if (count >= max) return false;
    open.set(client, count + 1);
    socket.once('close', () => {
      const left = (open.get(client) ?? 0) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
    return true;
  };
}

/** Logs the first drop at once and later drops together, with the totals since the start of the server. */
function reportDrops(log: Logger | undefined): (reason: DropReason, code?: string) => void {
  const dropped: Record<DropReason, number> = { server_full: 0, client_full: 0, not_accepted: 0 };
  let lastCode: string | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let untold = false;
  const tell = (): void => {
    untold = false;
    log?.warn({ dropped: { ...dropped }, code: lastCode }, 'connections were dropped');
    quiet = setTimeout(() => {
      quiet = undefined;
      if (untold) tell();
    }, reportEveryMs).unref();
  };
  return (reason, code) => {
    dropped[reason] += 1;
    lastCode = code ?? lastCode;
    if (quiet) untold = true;
    else tell();
  };
}
