import { RefusalCode } from '@oms/domain';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { createBoundedServer, destroyWithin, type ServerBounds } from '@oms/observability';

import { HttpRefusal } from './http/refuse.js';
import { describeParseFault, type RefuseRaw } from './http/raw-refusal.js';

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Refuses new connections, waits for running requests, and closes the remaining connections after a timeout. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 lets the operating system choose. */
  readonly port: number;
  readonly refuseRaw: RefuseRaw;
  readonly bounds: ServerBounds;
}

const drainTimeoutMs = 15_000;
/**
 * The most connections that wait to be accepted. In a flood, a client beyond this number tries again after a second.
 */
const backlog = 4_096;
/** The time in which a client must read a refusal and close its side. */
const refusalGraceMs = 2_000;

/**
 * Starts a server, and resolves when it listens.
 *
 * @throws Error when the port is taken, or the address is not one of this machine
 */
export async function startHttpServer(
  app: RequestListener,
  { host, port, refuseRaw, bounds }: HttpServerOptions,
): Promise<HttpServer> {
  const underWay = new Map<Duplex, ServerResponse>();
  let closing = false;
  const serve: RequestListener = (request, response) => {
    const { socket } = request;
    underWay.set(socket, response);
    response.once('close', () => {
      if (underWay.get(socket) === response) underWay.delete(socket);
    });
    if (closing) endConnectionWith(response);
    app(request, response);
  };
  // Leaves a missing Host header and an unknown expectation to the application, which answers them like any other
  // fault.
  const server = createBoundedServer(bounds, serve, { requireHostHeader: false });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  const refuse = (socket: Duplex, error: HttpRefusal): void => {
    // No second answer can follow one that has begun.
    if (!socket.writable || underWay.get(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    destroyWithin(refusalGraceMs, socket);
    refuseRaw(socket, error);
  };
  server.on('clientError', (error, socket) => {
    // Stops reading: the rest of a refused request must be neither refused again nor served.
    socket.pause();
    refuse(socket, describeParseFault(error));
  });
  server.on('connect', (_request, socket) => {
    // Without a reader, the server would not notice that the client closes the connection.
    socket.resume();
    refuse(socket, new HttpRefusal(RefusalCode.NotFound, 'this is not a proxy'));
  });
  await listen(server, host, port);
  return {
    // The address of a server that listens on a port is an object, never the name of a pipe.
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true;
      for (const response of underWay.values()) endConnectionWith(response);
      return drain(server);
    },
  };
}

/** Closes the connection after this answer: a kept connection would delay the shutdown. */
function endConnectionWith(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, () => {
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
