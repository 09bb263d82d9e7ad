import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Logger } from 'pino';

/** Bounds of what connections may take of a server. Times are in milliseconds; each has a default. */
export interface ServerBounds {
  /** Open connections of all clients together. */
  readonly maxConnections: number;
  /** Open connections of one client. `clientOf` names the client; connections without a name are not counted. */
  readonly perClient?: {
    readonly max: number;
    readonly clientOf: (address: string | undefined) => string | undefined;
  };
  /** From the first moment of a connection, or the end of the request before, to the end of the headers. */
  readonly headersTimeoutMs?: number;
  /** The same, to the end of the body. */
  readonly requestTimeoutMs?: number;
  /** How often these two are looked at. */
  readonly checkIntervalMs?: number;
  readonly keepAliveTimeoutMs?: number;
  /** Of a connection on which no byte moves, while a request is answered or an answer is not read. */
  readonly silenceTimeoutMs?: number;
  /** Gets a line when connections are dropped. */
  readonly log?: Logger;
}

/** Why a connection was dropped: the server is full, its client has too many, or the system did not hand it over. */
type DropReason = 'server_full' | 'client_full' | 'not_accepted';

const defaults = {
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  checkIntervalMs: 5_000,
  // Longer than the idle limit of common load balancers (60 s), so that they and not we end an idle connection.
  keepAliveTimeoutMs: 65_000,
  silenceTimeoutMs: 180_000,
};

/** A flood of connections must not become a flood of lines. */
const reportEveryMs = 10_000;

/**
 * An HTTP server that its clients' connections cannot end or exhaust: an error of a socket never reaches
 * `uncaughtException`, every wait for a client has a deadline, and connections over the bounds are closed unanswered.
 *
 * A listener of `connect`, `upgrade` or `clientError` gets a socket without deadlines, and gives it to
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
    // Node takes its own listener off a socket that it hands over; an `error` without a listener ends the process.
    socket.on('error', () => socket.destroy());
    if (admit(socket)) return;
    report('client_full');
    socket.destroy();
  });
  server.on('drop', () => report('server_full'));
  // Emitted when a connection could not be accepted, for want of descriptors or memory for instance.
  server.once('listening', () => {
    server.on('error', (error: NodeJS.ErrnoException) => report('not_accepted', error.code));
  });
  return server;
}

/** Destroys a connection after a while, whatever its client does. Until then an answer can be written to it. */
export function destroyWithin(graceMs: number, socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), graceMs);
  socket.once('close', () => clearTimeout(timer));
}

/** Counts a connection until it is closed. @returns whether its client may have it */
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

/** Logs the first drop at once, and those after it together, with the totals since the start of the server. */
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
