import type { IncomingHttpHeaders } from 'node:http';

import { DeadlineExchange } from '../transport/deadline-exchange.js';

/** An answer of Adyen's that is no success. */
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
  /** What the SDK's test host is replaced by. Left out: the SDK's own hosts. */
  readonly apiBaseUrl?: URL;
  readonly timeoutMs: number;
}

/** As much of the SDK's request options as it makes of this adapter's calls. */
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
  readonly #exchange = new DeadlineExchange();
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async request(
    endpoint: string,
    json: string | Buffer,
    _config: unknown,
    _isApiKeyRequired: boolean,
    { method, idempotencyKey }: SdkRequestOptions = {},
  ): Promise<string> {
    const { apiKey, apiBaseUrl, timeoutMs } = this.#options;
    const { pathname, search, origin } = new URL(endpoint);
    const base = apiBaseUrl ?? new URL(origin);
    const secure = base.protocol === 'https:';
    const { statusCode, headers, body } = await this.#exchange.send({
      protocol: secure ? 'https' : 'http',
      // The brackets of an IPv6 address belong to the URL, not to the address.
      host: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port || (secure ? 443 : 80),
      path: `${base.pathname.replace(/\/$/, '')}${pathname}${search}`,
      method: method ?? 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: json.toString(),
      timeoutMs,
    });
    // The SDK passes on what is no JSON as if it were the answer, so it is not let through to it.
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
