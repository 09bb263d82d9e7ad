import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { HttpError } from './http/http-error.js';
import { describeParseFault, type RefuseRaw } from './http/raw-refusal.js';

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more connections, lets what is under way end, and closes the rest after a while. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly refuseRaw: RefuseRaw;
}

/** Longer than the idle limit of common load balancers (60 s), so that they and not we end an idle connection. */
const keepAliveTimeoutMs = 65_000;
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
const drainTimeoutMs = 15_000;

/** @throws Error when the port is taken or the address is not one of this machine's */
export async function startHttpServer(
  app: RequestListener,
  { host, port, refuseRaw }: HttpServerOptions,
): Promise<HttpServer> {
  const underWay = new Map<Duplex, ServerResponse>();
  let closing = false;
  // The application answers a missing Host header and an unknown expectation as it answers everything else.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const { socket } = request;
    underWay.set(socket, response);
    response.once('close', () => {
      if (underWay.get(socket) === response) underWay.delete(socket);
    });
    if (closing) endConnectionWith(response);
    app(request, response);
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error, socket) => {
    const response = underWay.get(socket);
    // An answer that has begun cannot be followed by another one.
    if (!socket.writable || response?.headersSent) socket.destroy();
    else refuseRaw(socket, describeParseFault(error));
  });
  server.on('connect', (_request, socket) => refuseRaw(socket, new HttpError(404, 'this is not a proxy')));
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  await listen(server, host, port);
  return {
    // A server that listens on a port has an address, and not a pipe's name.
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true;
      for (const response of underWay.values()) endConnectionWith(response);
      return drain(server);
    },
  };
}

/** Whoever kept the connection afterwards would keep the server from closing. */
function endConnectionWith(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
