import { RefusalCode } from '@oms/domain';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { createBoundedServer, destroyWithin, type ServerBounds } from '@oms/observability';

import { HttpRefusal } from './http/refuse.js';
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
  readonly bounds: ServerBounds;
}

const drainTimeoutMs = 15_000;
/** Connections that wait to be accepted. In a flood a client whose connection finds no room tries again after a second. */
const backlog = 4_096;
/** How long a client may take to read a refusal and to close its side. */
const refusalGraceMs = 2_000;

/** @throws Error when the port is taken or the address is not one of this machine's */
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
  // The application answers a missing Host header and an unknown expectation as it answers everything else.
  const server = createBoundedServer(bounds, serve, { requireHostHeader: false });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  const refuse = (socket: Duplex, error: HttpRefusal): void => {
    // An answer that has begun cannot be followed by another one.
    if (!socket.writable || underWay.get(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    destroyWithin(refusalGraceMs, socket);
    refuseRaw(socket, error);
  };
  server.on('clientError', (error, socket) => {
    // The rest of a request that was refused is not read: neither refused again nor served.
    socket.pause();
    refuse(socket, describeParseFault(error));
  });
  server.on('connect', (_request, socket) => {
    // Without a reader the client's end of the connection would go unnoticed.
    socket.resume();
    refuse(socket, new HttpRefusal(RefusalCode.NotFound, 'this is not a proxy'));
  });
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
