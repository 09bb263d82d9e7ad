import * as http from 'node:http';
import * as https from 'node:https';

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
  /** How much of an answer is read: one that is larger is no complete answer. 4 MB when left out. */
  readonly maxAnswerBytes?: number;
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

/** Far above what providers answer: the largest is a page of a hundred refunds. */
const defaultMaxAnswerBytes = 4 * 1024 * 1024;

/**
 * The transport under the providers' SDKs. It differs from their own in what this system rests on: the timeout is a
 * deadline for the whole exchange and not for silence alone, an answer is read up to a size, a failure says whether the
 * request may have been sent ({@link TransportError}), and nothing is ever repeated.
 */
export class DeadlineExchange {
  readonly #agents = {
    http: new http.Agent({ keepAlive: true, timeout: idleConnectionMs }),
    https: new https.Agent({ keepAlive: true, timeout: idleConnectionMs }),
  };

  /** Rejects with a {@link TransportError} and nothing else. */
  send({ protocol, timeoutMs, maxAnswerBytes, body, ...options }: ExchangeRequest): Promise<ExchangeAnswer> {
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
        readAnswer(response, maxAnswerBytes ?? defaultMaxAnswerBytes).then((answer) => {
          clearTimeout(deadline);
          resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body: answer });
        }, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** Rejects, and ends the connection, as soon as there is more of an answer than is read. */
async function readAnswer(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  // Without an encoding, a response is made of buffers. Leaving the loop destroys it.
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
