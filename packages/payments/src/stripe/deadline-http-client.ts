import type { IncomingHttpHeaders } from 'node:http';

import { HttpExchange, type HttpAnswer } from '@oms/outbound';
import type Stripe from 'stripe';

/** The SDK's transport. Sends each request once, with a deadline. A failure shows whether the request was sent. */
export class DeadlineHttpClient implements Stripe.HttpClient {
  readonly #exchange: HttpExchange;

  constructor(timeoutMs: number) {
    this.#exchange = new HttpExchange({ timeoutMs });
  }

  /** Names the transport in the SDK's user agent. */
  getClientName(): string {
    return 'node';
  }

  readonly makeRequest: Stripe.HttpClient['makeRequest'] = async (
    host,
    port,
    path,
    method,
    headers,
    body,
    protocol,
  ) => {
    const url = new URL(`${protocol}://${host}:${port}${path}`);
    return new BufferedResponse(await this.#exchange.send({ method, url, headers, body }));
  };
}

/** A complete answer. */
class BufferedResponse implements Stripe.HttpClientResponse {
  readonly #statusCode: number;
  readonly #headers: IncomingHttpHeaders;
  readonly #body: Buffer;

  constructor({ statusCode, headers, body }: HttpAnswer) {
    this.#statusCode = statusCode;
    this.#headers = headers;
    this.#body = body;
  }

  getStatusCode(): number {
    return this.#statusCode;
  }

  getHeaders(): ReturnType<Stripe.HttpClientResponse['getHeaders']> {
    // Node's type allows undefined headers; an absent header is not a key of the object.
    return this.#headers as ReturnType<Stripe.HttpClientResponse['getHeaders']>;
  }

  /** The SDK shows this as `lastResponse`. */
  getRawResponse(): unknown {
    return { statusCode: this.#statusCode, headers: this.#headers };
  }

  toStream(): never {
    throw new Error('this transport buffers its answers');
  }

  /**
   * Rejects an answer that is not a JSON object; the SDK reports it as unreadable. Given a number, for example, the
   * SDK itself would leave its caller waiting without end.
   */
  async toJSON(): Promise<object> {
    const parsed: unknown = await Promise.resolve(this.#body.toString('utf8')).then(JSON.parse);
    if (typeof parsed !== 'object' || parsed === null) {
      throw new SyntaxError('the answer is not a JSON object');
    }
    return parsed;
  }
}
