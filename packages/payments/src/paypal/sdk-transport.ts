import type { IncomingHttpHeaders } from 'node:http';

import { HttpExchange } from '@oms/outbound';

import type { TokenSource } from './token-source.js';

/** The parts of an axios request that are needed to send it. axios is the SDK's HTTP client. */
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
  /** The base URL of PayPal's API. Replaces the SDK's own, which are built in. */
  readonly baseUrl: URL;
  readonly timeoutMs: number;
  readonly tokens: TokenSource;
}

export const tokenPath = '/v1/oauth2/token';

/**
 * Makes the SDK's transport, which the SDK uses as the adapter of its HTTP client. Sends each request once, with a
 * deadline, to the configured base URL, with the token of {@link TokenSource}. A failure shows whether the request
 * was sent.
 *
 * Rejects with a TransportError or a TokenError, which the SDK passes on unchanged.
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
