import type { CancellationReason } from '@oms/domain';
import { readRetryAfter, type Redact, type TransportError } from '@oms/outbound';

import type { Declined } from '../payment-provider.js';
import { declined, transient, unknown, type Unsettled } from './outcome.js';

/** The meaning of a failed call by itself, before anybody has looked at the payment. */
export type ProviderFailure = NotFound | Refused | Transient | Unknown;

/** The provider knows no such object. */
export interface NotFound {
  readonly kind: 'not_found';
  readonly message: string;
}

/** The provider refuses the request for what it asks or for the payment's state; this request changed nothing. */
export interface Refused {
  readonly kind: 'refused';
  readonly message: string;
  /** The provider's code, such as `AUTHORIZATION_VOIDED`. */
  readonly code?: string;
}

/** This request has certainly changed nothing, and another time it may. */
export interface Transient {
  readonly kind: 'transient';
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** This request, or an earlier one with its key, may have changed something. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The refusals that are decisions, by the provider's code. */
export type Decisions = Readonly<Record<string, CancellationReason>>;

/**
 * The outcome of an operation whose request failed:
 *
 * | failure | outcome |
 * |---|---|
 * | not_found | the operation decides |
 * | refused, and the code is a decision | declined |
 * | refused otherwise | transient: not the order's fault, it waits for the operator |
 * | transient | transient, after the provider's hint |
 * | unknown | unknown |
 */
export function outcomeOf<NotFoundOutcome>(
  failure: ProviderFailure,
  {
    onNotFound,
    decisions = {},
  }: { readonly onNotFound: () => NotFoundOutcome; readonly decisions?: Decisions },
): NotFoundOutcome | Declined | Unsettled {
  switch (failure.kind) {
    case 'not_found':
      return onNotFound();
    case 'refused':
      return decisionOf(failure, decisions) ?? transient(failure.message);
    case 'transient':
      return transient(failure.message, failure.retryAfterMs);
    case 'unknown':
      return unknown(failure.message);
  }
}

/** Undefined if the refusal is not a decision. */
export function decisionOf(
  { code, message }: Pick<Refused, 'code' | 'message'>,
  decisions: Decisions,
): Declined | undefined {
  const reason = code === undefined ? undefined : decisions[code];
  return reason && declined(reason, message, code);
}

/** The outcome of a failed read. A read changes nothing, so nothing about it is unknown. */
export function readFailed(failure: { readonly message: string; readonly retryAfterMs?: number }): Unsettled {
  return transient(failure.message, failure.retryAfterMs);
}

/** A call without an answer: it certainly changed nothing if it never left, and may have changed something otherwise. */
export function readTransportFailure(
  providerName: string,
  { message, delivery }: TransportError,
  redact: Redact,
): Transient | Unknown {
  return delivery === 'not_sent'
    ? { kind: 'transient', message: `${providerName} cannot be reached: ${redact(message)}` }
    : { kind: 'unknown', message: `The connection to ${providerName} failed: ${redact(message)}` };
}

const longestHintMs = 60 * 60 * 1_000;

/** A wait that a provider asks for. A hint of more than an hour is ignored. */
export function retryAfterHint(header: unknown): { retryAfterMs?: number } {
  return readRetryAfter(typeof header === 'string' ? header : undefined, Date.now(), longestHintMs);
}
