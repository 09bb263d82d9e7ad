import type { IncomingHttpHeaders } from 'node:http';

import { HttpExchange } from '@oms/outbound';

import type { TokenSource } from './token-source.js';

/** As much of a request of the SDK's HTTP client (axios) as is needed to make it. */
interface SdkRequest {
  readonly url?: string;
  readonly method?: string;
  readonly headers: { toJSON(): Record<string, unknown> };
  readonly data?: unknown;
}

interface SdkResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly data: string;
  readonly config: SdkRequest;
}

interface TransportOptions {
  /** Where PayPal's API is. The SDK's own base URLs are built in, and are replaced by this one. */
  readonly baseUrl: URL;
  readonly timeoutMs: number;
  readonly tokens: TokenSource;
}

export const tokenPath = '/v1/oauth2/token';

/**
 * The transport under the SDK, given to it as its HTTP client's adapter: a deadline for each request, failures that
 * say whether it was sent, no repetitions, the configured base URL, and the token of {@link TokenSource}.
 *
 * It rejects with a TransportError or a TokenError, which the SDK passes on as they are.
 */
export function createSdkTransport({ baseUrl, timeoutMs, tokens }: TransportOptions) {
  const exchange = new HttpExchange({ timeoutMs });
  return async (config: SdkRequest): Promise<SdkResponse> => {
    const { pathname, search } = new URL(config.url ?? '', baseUrl);
    const token = pathname === tokenPath ? undefined : await tokens.get();
    const answer = await exchange.send({
      method: (config.method ?? 'get').toUpperCase(),
      url: new URL(`${baseUrl.href.replace(/\/$/, '')}${pathname}${search}`),
      headers: headersOf(config, token),
      body: typeof config.data === 'string' ? config.data : undefined,
    });
    if (answer.statusCode === 401 && token !== undefined) tokens.reject(token);
    const { statusCode: status, headers, body } = answer;
    return { status, statusText: '', headers, data: body.toString('utf8'), config };
  };
}

function headersOf(config: SdkRequest, token: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers.toJSON())) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  return headers;
}
