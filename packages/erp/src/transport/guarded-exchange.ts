import * as http from 'node:http';
import * as https from 'node:https';

import { type AddressGuard, ForbiddenAddressError } from './address-guard.js';

/** A request that got no complete answer. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    message: string,
    /**
     * `not_sent` only when no byte of the request can have left; `forbidden` when that is because the address is not
     * one to connect to.
     */
    readonly delivery: 'not_sent' | 'possibly_sent' | 'forbidden',
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string;
}

/** An answer that has arrived in full, whatever its status. */
export interface ExchangeAnswer {
  readonly statusCode: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  /** For the whole exchange: name lookup, connecting, TLS, the answer to its last byte. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/** Shorter than the five seconds after which common servers close connections that nobody uses. */
const idleConnectionMs = 4_000;

/**
 * Posts to servers that tenants name: connects only where the guard allows, follows no redirect, takes no more of an
 * answer than it was told to, has one deadline for everything, and never repeats anything.
 */
export class GuardedExchange {
  readonly #guard: AddressGuard;
  readonly #limits: ExchangeLimits;
  readonly #agents = {
    http: new http.Agent({ keepAlive: true, timeout: idleConnectionMs }),
    https: new https.Agent({ keepAlive: true, timeout: idleConnectionMs }),
  };

  constructor(guard: AddressGuard, limits: ExchangeLimits) {
    this.#guard = guard;
    this.#limits = limits;
  }

  /** Rejects with a {@link TransportError} and nothing else. */
  post({ url, headers, body }: ExchangeRequest): Promise<ExchangeAnswer> {
    return new Promise((resolve, reject) => {
      try {
        this.#guard.checkHost(url.hostname);
      } catch (error) {
        reject(asTransportError(error, false));
        return;
      }
      const request = this.#open(url, headers, body);
      let connected = false;
      const deadline = setTimeout(() => {
        request.destroy(new Error(`no complete answer within ${this.#limits.timeoutMs} ms`));
      }, this.#limits.timeoutMs);
      const fail = (cause: unknown): void => {
        clearTimeout(deadline);
        reject(asTransportError(cause, connected));
      };
      request.once('socket', (socket) => {
        connected = !socket.connecting;
        if (connected) return;
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
      request.once('response', (response) => {
        this.#collect(response).then((answer) => {
          clearTimeout(deadline);
          resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body: answer });
        }, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }

  #open(url: URL, headers: http.OutgoingHttpHeaders, body: string): http.ClientRequest {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: this.#guard.lookup,
    };
    return url.protocol === 'https:'
      ? https.request(url, { ...options, agent: this.#agents.https })
      : http.request(url, { ...options, agent: this.#agents.http });
  }

  async #collect(response: http.IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > this.#limits.maxAnswerBytes) {
        // Leaving the loop destroys the connection, so that the rest is not read either.
        throw new Error(`the answer is larger than ${this.#limits.maxAnswerBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

function asTransportError(cause: unknown, connected: boolean): TransportError {
  const message = cause instanceof Error ? cause.message || cause.name : 'the connection failed';
  if (cause instanceof ForbiddenAddressError) return new TransportError(message, 'forbidden', cause);
  return new TransportError(message, connected ? 'possibly_sent' : 'not_sent', cause);
}
