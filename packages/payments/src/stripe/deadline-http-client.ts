import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';
import type Stripe from 'stripe';

/**
 * A request that got no complete answer. It has no `code` of its own on purpose: the SDK repeats a request once,
 * whatever `maxNetworkRetries` says, when the error's code is `ECONNRESET` or `EPIPE`.
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

/**
 * How long an unused connection is kept. Shorter than the five seconds after which common servers close theirs, so
 * that a request is not written to a connection that is just being closed and its fate left open.
 */
const idleConnectionMs = 4_000;

/**
 * The SDK's transport. It differs from the SDK's own in what this system rests on:
 *
 * - The timeout is a deadline for the whole exchange: name lookup, connecting, TLS, the answer to its last byte.
 *   The SDK's is for silence on an open connection only.
 * - A failure says whether the request may have been sent ({@link TransportError}).
 * - Nothing is ever repeated: retrying is the caller's policy.
 */
export class DeadlineHttpClient implements Stripe.HttpClient {
  readonly #agents = {
    http: new http.Agent({ keepAlive: true, timeout: idleConnectionMs }),
    https: new https.Agent({ keepAlive: true, timeout: idleConnectionMs }),
  };

  /** Names the transport in the SDK's user agent. */
  getClientName(): string {
    return 'node';
  }

  readonly makeRequest: Stripe.HttpClient['makeRequest'] = (
    host,
    port,
    path,
    method,
    headers,
    body,
    protocol,
    timeoutMs,
  ) => {
    const secure = protocol === 'https';
    const options = { host, port, path, method, headers };
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
          resolve(new BufferedResponse(response.statusCode ?? 0, response.headers, answer));
        }, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  };
}

/** An answer that has arrived in full. */
class BufferedResponse implements Stripe.HttpClientResponse {
  readonly #statusCode: number;
  readonly #headers: http.IncomingHttpHeaders;
  readonly #body: string;

  constructor(statusCode: number, headers: http.IncomingHttpHeaders, body: string) {
    this.#statusCode = statusCode;
    this.#headers = headers;
    this.#body = body;
  }

  getStatusCode(): number {
    return this.#statusCode;
  }

  getHeaders(): ReturnType<Stripe.HttpClientResponse['getHeaders']> {
    // Node lists headers as possibly absent; one that is absent is not a key of the object.
    return this.#headers as ReturnType<Stripe.HttpClientResponse['getHeaders']>;
  }

  /** What the SDK offers as `lastResponse`. */
  getRawResponse(): unknown {
    return { statusCode: this.#statusCode, headers: this.#headers };
  }

  toStream(): never {
    throw new Error('this transport buffers its answers');
  }

  /**
   * Rejects what is not a JSON object, which the SDK then reports as an answer that it cannot read. The SDK itself
   * expects an object and would leave its caller waiting for ever for, say, a number.
   */
  async toJSON(): Promise<object> {
    const parsed: unknown = await Promise.resolve(this.#body).then(JSON.parse);
    if (typeof parsed !== 'object' || parsed === null) {
      throw new SyntaxError('the answer is not a JSON object');
    }
    return parsed;
  }
}
