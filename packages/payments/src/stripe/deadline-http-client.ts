import type { IncomingHttpHeaders } from 'node:http';
import type Stripe from 'stripe';

import { DeadlineExchange, type ExchangeAnswer } from '../transport/deadline-exchange.js';

/** The SDK's transport: a deadline for each request, failures that say whether it was sent, no repetitions. */
export class DeadlineHttpClient implements Stripe.HttpClient {
  readonly #exchange = new DeadlineExchange();

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
    timeoutMs,
  ) => {
    const options = { host, port, path, method, headers, body, timeoutMs };
    const answer = await this.#exchange.send({
      ...options,
      protocol: protocol === 'https' ? 'https' : 'http',
    });
    return new BufferedResponse(answer);
  };
}

/** An answer that has arrived in full. */
class BufferedResponse implements Stripe.HttpClientResponse {
  readonly #statusCode: number;
  readonly #headers: IncomingHttpHeaders;
  readonly #body: string;

  constructor({ statusCode, headers, body }: ExchangeAnswer) {
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
