import type { IncomingHttpHeaders } from 'node:http';

import { HttpExchange } from '@oms/outbound';

/** An answer of Adyen's with an error status. */
export class AdyenHttpError extends Error {
  override readonly name = 'AdyenHttpError';

  constructor(
    readonly statusCode: number,
    readonly headers: IncomingHttpHeaders,
    readonly body: string,
  ) {
    super(`HTTP ${statusCode}`);
  }
}

interface TransportOptions {
  readonly apiKey: string;
  /** Replaces the SDK's test host. Left out: the SDK's own hosts. */
  readonly apiBaseUrl?: URL;
  readonly timeoutMs: number;
}

/** The part of the SDK's request options that this adapter's calls use. */
interface SdkRequestOptions {
  readonly method?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * The transport under the SDK, given to it as its HTTP client. It differs from the SDK's own in what this system rests
 * on: a deadline for each request (the SDK's is for silence on an open connection), failures that say whether the
 * request was sent, headers of failures as they came (the SDK drops them for some bodies), connections that are kept,
 * no redirects (the SDK sends a request once more at a 308), and a base URL that need not be https.
 *
 * Rejects with an {@link AdyenHttpError} or a TransportError and nothing else.
 */
export class AdyenTransport {
  readonly #exchange: HttpExchange;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#exchange = new HttpExchange({ timeoutMs: options.timeoutMs });
  }

  async request(
    endpoint: string,
    json: string | Buffer,
    _config: unknown,
    _isApiKeyRequired: boolean,
    { method, idempotencyKey }: SdkRequestOptions = {},
  ): Promise<string> {
    const { apiKey, apiBaseUrl } = this.#options;
    const { pathname, search, origin } = new URL(endpoint);
    const base = (apiBaseUrl ?? new URL(origin)).href.replace(/\/$/, '');
    const answer = await this.#exchange.send({
      method: method ?? 'POST',
      url: new URL(`${base}${pathname}${search}`),
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: json.toString(),
    });
    const { statusCode, headers } = answer;
    const body = answer.body.toString('utf8');
    // The SDK would return a body that is not JSON as the answer.
    if (statusCode < 200 || statusCode >= 300 || !isJsonObject(body)) {
      throw new AdyenHttpError(statusCode, headers, body);
    }
    return body;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}
