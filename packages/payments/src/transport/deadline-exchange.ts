import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';

/**
 * A request that got no complete answer. It has no `code` of its own on purpose: SDKs repeat requests by the codes of
 * errors (Stripe's does so once at `ECONNRESET` and `EPIPE`, whatever its configuration says).
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
}

export interface ExchangeRequest {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: string | number;
  readonly path: string;
  readonly method: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body?: string | undefined;
  /** For the whole exchange: name lookup, connecting, TLS, the answer to its last byte. */
  readonly timeoutMs: number;
}

/** An answer that has arrived in full. */
export interface ExchangeAnswer {
  readonly statusCode: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/**
 * How long an unused connection is kept. Shorter than the five seconds after which common servers close theirs, so
 * that a request is not written to a connection that is just being closed and its fate left open.
 */
const idleConnectionMs = 4_000;

/**
 * The transport under the providers' SDKs. It differs from their own in what this system rests on: the timeout is a
 * deadline for the whole exchange and not for silence alone, a failure says whether the request may have been sent
 * ({@link TransportError}), and nothing is ever repeated.
 */
export class DeadlineExchange {
  readonly #agents = {
    http: new http.Agent({ keepAlive: true, timeout: idleConnectionMs }),
    https: new https.Agent({ keepAlive: true, timeout: idleConnectionMs }),
  };

  /** Rejects with a {@link TransportError} and nothing else. */
  send({ protocol, timeoutMs, body, ...options }: ExchangeRequest): Promise<ExchangeAnswer> {
    const secure = protocol === 'https';
    return new Promise((resolve, reject) => {
      const request = secure
        ? https.request({ ...options, agent: this.#agents.https })
        : http.request({ ...options, agent: this.#agents.http });
      let connected = false;
      const deadline = setTimeout(() => {
        request.destroy(new Error(`no complete answer within ${timeoutMs} ms`));
      }, timeoutMs);
      const fail = (cause: Error): void => {
        clearTimeout(deadline);
        reject(new TransportError(cause.message, connected ? 'possibly_sent' : 'not_sent', cause));
      };

      request.once('socket', (socket) => {
        connected = !socket.connecting;
        if (connected) return;
        socket.once(secure ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
      request.once('response', (response) => {
        text(response).then((answer) => {
          clearTimeout(deadline);
          resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body: answer });
        }, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }
}
