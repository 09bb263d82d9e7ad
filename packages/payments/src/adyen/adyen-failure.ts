import { TransportError, type Redact } from '@oms/outbound';
import { z } from 'zod';

import { readTransportFailure, retryAfterHint, type ProviderFailure } from '../kit/provider-failure.js';
import { AdyenHttpError } from './adyen-transport.js';

/** @see https://docs.adyen.com/development-resources/error-codes */
const errorBody = z.object({
  errorCode: z.string().optional(),
  message: z.string().optional(),
  pspReference: z.string().optional(),
});

/** A request with this key is under way, or has been: "request already processed or in progress". */
const alreadyProcessed = '704';
const unknownPayment = '167';

/**
 * Reads the error of a call. Every answer of the Checkout API has its place here:
 *
 * | answer | kind |
 * |---|---|
 * | no connection: refused, name not found, unreachable, TLS failed, deadline while connecting | transient |
 * | connection lost or deadline passed after the request may have been sent | unknown |
 * | 704 with any status: a request with this key is under way | unknown |
 * | `transient-error: true`: "will be processed as if it was the first request" with the same key | transient |
 * | 401, 403 | transient: the credentials are refused; the order waits for the operator |
 * | 429 | transient |
 * | 422 with 167 | not_found |
 * | 400, 404, 422 otherwise | refused |
 * | 5xx without that header, a success that cannot be read, and anything else | unknown |
 *
 * @see https://docs.adyen.com/development-resources/api-idempotency
 */
export function readFailure(error: unknown, redact: Redact): ProviderFailure {
  if (error instanceof TransportError) return readTransportFailure('Adyen', error, redact);
  if (!(error instanceof AdyenHttpError)) return unreadable();
  const { statusCode, headers } = error;
  const { errorCode: code, ...body } = readBody(error.body);
  const message = redact(describe(statusCode, code, body));
  if (code === alreadyProcessed) return { kind: 'unknown', message };
  if (headers['transient-error'] === 'true') {
    return { kind: 'transient', message, ...retryAfterHint(headers['retry-after']) };
  }
  switch (statusCode) {
    case 401:
    case 403:
      return { kind: 'transient', message: `Adyen refuses this system's credentials. ${message}` };
    case 429:
      return { kind: 'transient', message, ...retryAfterHint(headers['retry-after']) };
    case 400:
    case 404:
    case 422:
      if (code === unknownPayment) return { kind: 'not_found', message };
      return { kind: 'refused', message, ...(code === undefined ? {} : { code }) };
    default:
      return { kind: 'unknown', message };
  }
}

/** An answer that does not fit the request. */
export function unreadable(): ProviderFailure {
  return { kind: 'unknown', message: 'Adyen gave an answer that cannot be read' };
}

function readBody(text: string): z.infer<typeof errorBody> {
  try {
    return errorBody.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

function describe(
  statusCode: number,
  code: string | undefined,
  { message = 'no message', pspReference }: z.infer<typeof errorBody>,
): string {
  return `Adyen: ${message} (${[`HTTP ${statusCode}`, code, pspReference].filter(Boolean).join(', ')})`;
}
