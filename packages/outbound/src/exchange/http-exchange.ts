import * as http from 'node:http';
import * as https from 'node:https';

import { ForbiddenAddressError, type AddressGuard } from './address-guard.js';

/**
 * A request that got no complete answer. It has no `code` on purpose: SDKs repeat requests by the codes of errors
 * (Stripe's does so once at `ECONNRESET` and `EPIPE`, under any configuration).
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    message: string,
    /** `not_sent` only when no byte of the request can have left: there never was a connection to send it over. */
    readonly delivery: 'not_sent' | 'possibly_sent',
    cause: unknown,
  ) {
    super(message, { cause });
  }

  /** The guard refused the address. Retrying does not help; somebody has to change the URL or the allowed ranges. */
  get isForbidden(): boolean {
    return this.cause instanceof ForbiddenAddressError;
  }
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | undefined;
}

/** An answer that has arrived in full, of any status. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: http.IncomingHttpHeaders;
  /** As it was sent: nothing is decompressed, so that no answer grows beyond the limit. */
  readonly body: Buffer;
}

export interface ExchangeOptions {
  /** For the whole exchange: name lookup, connecting, TLS, the answer to its last byte. */
  readonly timeoutMs: number;
  /** A larger answer is no complete answer. 4 MB when left out. */
  readonly maxAnswerBytes?: number;
  /** Required where the URL comes from a tenant. Left out where it comes from the operator's configuration. */
  readonly guard?: AddressGuard;
  /** PEM of the authorities that are trusted instead of the well-known ones. */
  readonly authorities?: string;
}

/**
 * Shorter than the five seconds after which common servers close unused connections. A request that is written to a
 * connection while the server closes it may or may not have arrived.
 */
const idleConnectionMs = 4_000;

/** Far above what providers answer: the largest is a page of a hundred refunds. */
const defaultMaxAnswerBytes = 4 * 1024 * 1024;

/**
 * Carries out one HTTP exchange with a foreign server.
 *
 * - One deadline holds for all of it; a trickling answer gets no more time.
 * - An answer is read up to a limit of bytes that were counted, not announced.
 * - A failure says whether the request may have been sent ({@link TransportError}).
 * - A redirect is an answer like any other. To follow one, send another request: the guard decides about that one too.
 * - Nothing is repeated.
 *
 * Instances keep connections open and share them with nobody: a connection never outlives the guard that allowed it.
 */
export class HttpExchange {
  readonly #options: ExchangeOptions;
  readonly #agents;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const connections = {
      keepAlive: true,
      timeout: idleConnectionMs,
      ...(options.guard ? { lookup: options.guard.lookup } : {}),
    };
    this.#agents = {
      http: new http.Agent(connections),
      https: new https.Agent({
        ...connections,
        ...(options.authorities === undefined ? {} : { ca: options.authorities }),
      }),
    };
  }

  /** Rejects with a {@link TransportError} and nothing else. */
  send(asked: HttpRequest): Promise<HttpAnswer> {
    const { timeoutMs, maxAnswerBytes = defaultMaxAnswerBytes } = this.#options;
    return new Promise((resolve, reject) => {
      let connected = false;
      let deadline: NodeJS.Timeout | undefined;
      const fail = (cause: unknown): void => {
        clearTimeout(deadline);
        const message = cause instanceof Error ? cause.message || cause.name : 'the connection failed';
        reject(new TransportError(message, connected ? 'possibly_sent' : 'not_sent', cause));
      };
      let request: http.ClientRequest;
      try {
        request = this.#open(asked);
      } catch (cause) {
        fail(cause);
        return;
      }
      deadline = setTimeout(() => {
        request.destroy(new Error(`no complete answer within ${timeoutMs} ms`));
      }, timeoutMs);
      request.once('socket', (socket) => {
        // A socket that has already connected was kept from an earlier request.
        connected = !(socket.connecting || socket.destroyed);
        if (!socket.connecting) return;
        socket.once(asked.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
      request.once('response', (response) => {
        readBody(response, maxAnswerBytes).then((body) => {
          clearTimeout(deadline);
          resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body });
        }, fail);
      });
      request.on('error', fail);
      request.end(asked.body);
    });
  }

  /** @throws ForbiddenAddressError; Node's errors for what cannot be sent as HTTP */
  #open({ method, url, headers = {} }: HttpRequest): http.ClientRequest {
    this.#options.guard?.checkHost(url.hostname);
    return url.protocol === 'https:'
      ? https.request(url, { method, headers, agent: this.#agents.https })
      : http.request(url, { method, headers, agent: this.#agents.http });
  }
}

/** Rejects, and ends the connection, as soon as there is more than may be read. */
async function readBody(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  // Without an encoding, a response is made of buffers. Leaving the loop destroys it.
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
