import { TransportError, type Redact } from '@oms/outbound';
import { ApiError } from '@paypal/paypal-server-sdk';
import { z } from 'zod';

import { readTransportFailure, retryAfterHint, type ProviderFailure } from '../kit/provider-failure.js';
import { TokenError } from './token-source.js';

const errorSchema = z.object({
  name: z.string(),
  message: z.string().default(''),
  debug_id: z.string().optional(),
  details: z.array(z.object({ issue: z.string(), description: z.string().optional() })).optional(),
});
type ErrorBody = z.infer<typeof errorSchema>;

/**
 * Classifies an error of the SDK. Covers every status of the Payments and Orders APIs:
 *
 * | error | kind |
 * |---|---|
 * | no access token, for any reason: the operation itself was never sent | transient |
 * | no connection: refused, name not found, unreachable, TLS failed, deadline while connecting | transient |
 * | connection lost or deadline passed after the request may have been sent | unknown |
 * | 401, 403 | transient: the credentials are refused; the order waits for the operator |
 * | 404 `RESOURCE_NOT_FOUND` | not_found |
 * | 409 (another request on the same payment or key is running) | unknown |
 * | 400, 422, and other 4xx with PayPal's error object | refused |
 * | 429: rate limiters run before anything is executed | transient |
 * | 5xx, an answer that is not JSON or has another form than requested, any other error | unknown |
 *
 * @see https://developer.paypal.com/api/rest/responses/
 */
export function readFailure(error: unknown, redact: Redact): ProviderFailure {
  if (error instanceof TokenError) {
    return { kind: 'transient', message: redact(error.message), ...retryHint(error.retryAfterMs) };
  }
  if (error instanceof TransportError) return readTransportFailure('PayPal', error, redact);
  return isApiError(error) ? readAnswer(error, redact) : unreadable();
}

/** `instanceof` alone would make the error's parsed body `any`. */
function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

function readAnswer(error: ApiError, redact: Redact): ProviderFailure {
  const body = readBody(error.body);
  const message = redact(describe(error.statusCode, body));
  const hint = retryHint(retryAfterMsOf(error.headers));
  switch (error.statusCode) {
    case 401:
    case 403:
      return { kind: 'transient', message: `PayPal refuses this system's credentials. ${message}` };
    case 429:
      return { kind: 'transient', message, ...hint };
    case 404:
      return body?.name === 'RESOURCE_NOT_FOUND'
        ? { kind: 'not_found', message }
        : { kind: 'unknown', message };
    case 408:
    case 409:
      return { kind: 'unknown', message, ...hint };
    default:
      return error.statusCode >= 400 && error.statusCode < 500 && body
        ? { kind: 'refused', message, code: body.details?.[0]?.issue ?? body.name }
        : { kind: 'unknown', message, ...hint };
  }
}

/** The failure of an answer that this adapter cannot parse. */
export function unreadable(): ProviderFailure {
  return { kind: 'unknown', message: 'PayPal gave an answer that cannot be read' };
}

function readBody(body: unknown): ErrorBody | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(String(body))).data;
  } catch {
    return undefined;
  }
}

function describe(status: number, body: ErrorBody | undefined): string {
  if (!body) return `PayPal answered with HTTP ${status} and no error object`;
  const issue = body.details?.[0];
  const facts = [`HTTP ${status}`, issue?.issue ?? body.name, body.debug_id].filter(Boolean).join(', ');
  return `PayPal: ${issue?.description ?? body.message} (${facts})`;
}

export function retryAfterMsOf(headers: Readonly<Record<string, unknown>> | undefined): number | undefined {
  return retryAfterHint(headers?.['retry-after']).retryAfterMs;
}

function retryHint(retryAfterMs: number | undefined): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
