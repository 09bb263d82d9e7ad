import { TransportError, type Redact } from '@oms/outbound';
import Stripe from 'stripe';

import {
  readTransportFailure,
  retryAfterHint,
  type NotFound,
  type Transient,
  type Refused as RefusedAnywhere,
  type Unknown,
} from '../kit/provider-failure.js';

/**
 * The failure of a request to Stripe, by the answer alone, before the payment is read. Each operation derives its own
 * outcome from it.
 */
export type StripeFailure =
  /** The card's issuer or Stripe's risk rules said no (402). */
  | { readonly kind: 'declined'; readonly message: string; readonly declineCode?: string }
  | NotFound
  | Refused
  /**
   * The key was used with another request before. This request changed nothing; the outcome of the other one is open.
   */
  | { readonly kind: 'key_conflict'; readonly message: string }
  | Transient
  | Indeterminate;

export interface Refused extends RefusedAnywhere, Replayable {}
export interface Indeterminate extends Unknown, Replayable {}

interface Replayable {
  /**
   * Whether this is the stored answer to an earlier request with the same key (`Idempotent-Replayed: true`). Stripe
   * stores the answer of the first execution, even a 500, and repeats it for at least 24 hours. In that time, the key
   * cannot execute anything again.
   */
  readonly replayed: boolean;
}

const { errors } = Stripe;

/**
 * Classifies an error of the SDK. Covers every error class and status of API v1:
 *
 * | error | kind |
 * |---|---|
 * | no connection: refused, name not found, unreachable, TLS failed, deadline while connecting | transient |
 * | connection lost or deadline passed after the request may have been sent | unknown |
 * | 400, 404 with `resource_missing` | not_found |
 * | 400 `idempotency_error` | key_conflict |
 * | 400, 404 otherwise | refused |
 * | 401, 403 | transient: the credentials are refused; the order waits for the operator |
 * | 402 | declined |
 * | 409 (a request with the same key is running), 424, 5xx | unknown |
 * | 429 `lock_timeout` (another request is changing the payment, perhaps an earlier one of ours) | unknown |
 * | 429 otherwise: rate limiters run before anything is executed or stored | transient |
 * | an answer that is not JSON or has another form than requested, any other error | unknown |
 *
 * @see https://docs.stripe.com/error-low-level
 */
export function readFailure(error: unknown, redact: Redact): StripeFailure {
  if (!(error instanceof errors.StripeError)) {
    return unreadable(false);
  }
  const message = describe(error, redact);
  const replayed = header(error, 'idempotent-replayed') === 'true';

  if (error instanceof errors.StripeConnectionError) {
    return readConnectionFailure(error, redact);
  }
  if (error instanceof errors.StripeIdempotencyError) {
    return { kind: 'key_conflict', message };
  }
  if (error instanceof errors.StripeRateLimitError && error.code !== 'lock_timeout') {
    return { kind: 'transient', message, ...retryAfter(error) };
  }
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return { kind: 'transient', message: `Stripe refuses this system's credentials. ${message}` };
  }
  if (error instanceof errors.StripeCardError) {
    const declineCode = error.decline_code || error.code;
    return { kind: 'declined', message, ...(declineCode ? { declineCode } : {}) };
  }
  if (error instanceof errors.StripeInvalidRequestError) {
    return error.code === 'resource_missing'
      ? { kind: 'not_found', message }
      : { kind: 'refused', message, replayed, ...(error.code ? { code: error.code } : {}) };
  }
  return { kind: 'unknown', message, replayed, ...retryAfter(error) };
}

/** The failure of an answer that this adapter cannot parse. */
export function unreadable(replayed: boolean): StripeFailure {
  return { kind: 'unknown', message: 'Stripe gave an answer that cannot be read', replayed };
}

function readConnectionFailure(error: Stripe.errors.StripeConnectionError, redact: Redact): StripeFailure {
  const { detail } = error;
  const cause =
    detail instanceof TransportError
      ? detail
      : new TransportError(detail instanceof Error ? detail.message : error.message, 'possibly_sent', detail);
  const failure = readTransportFailure('Stripe', cause, redact);
  return failure.kind === 'unknown' ? { ...failure, replayed: false } : failure;
}

function describe(error: Stripe.errors.StripeError, redact: Redact): string {
  const facts = [error.statusCode && `HTTP ${error.statusCode}`, error.code, error.requestId].filter(Boolean);
  return redact(`Stripe: ${error.message}${facts.length ? ` (${facts.join(', ')})` : ''}`);
}

function header(error: Stripe.errors.StripeError, name: string): string | undefined {
  return error.headers?.[name];
}

function retryAfter(error: Stripe.errors.StripeError): { retryAfterMs?: number } {
  return retryAfterHint(header(error, 'retry-after'));
}
