import { createHash } from 'node:crypto';

import type { Change } from '../store/collection.js';
import type { Form } from './form.js';
import type { StripeRecords } from './records.js';
import { invalidRequest, StripeError } from './stripe-error.js';

/** "You can remove keys from the system automatically after they're at least 24 hours old." */
export const keyRetentionMs = 24 * 3_600_000;

const maxKeyLength = 255;

/** The parts of a request that an idempotency key identifies. */
export interface KeyedRequest {
  readonly key: string;
  readonly path: string;
  readonly form: Form;
}

/** The answer to the first request with a key. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  /** The id of the first request. */
  readonly request: string;
}

/**
 * Stripe's idempotency keys.
 *
 * "Stripe's idempotency works by saving the resulting status code and body of the first request made for any given
 * idempotency key, regardless of whether it succeeds or fails. Subsequent requests with the same key return the same
 * result, including 500 errors." Only the outcome of an execution is saved. Invalid parameters and a conflict with a
 * pending request begin no execution.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export class IdempotencyKeys {
  readonly #inUse = new Set<string>();

  constructor(private readonly records: Pick<StripeRecords, 'idempotency'>) {}

  /**
   * The stored answer to a request, if its key has one.
   *
   * @throws StripeError 400 for a key that is too long or was used for another request, 409 while a request with
   *   this key is in progress. None of these errors is stored.
   */
  find({ key, path, form }: KeyedRequest, nowMs: number): StoredAnswer | undefined {
    if (key.length > maxKeyLength) {
      const message = `Idempotency keys can be up to ${maxKeyLength} characters long; this one has ${key.length}.`;
      throw invalidRequest(message, { code: 'idempotency_key_too_long' });
    }
    const stored = this.records.idempotency.get(key);
    if (stored && nowMs - stored.createdMs < keyRetentionMs) {
      if (stored.path !== path) throw otherEndpoint(key, stored.path, path);
      if (stored.fingerprint !== fingerprintOf(form)) throw otherParameters(key);
      return stored;
    }
    if (this.#inUse.has(key)) throw inUse(key);
    return undefined;
  }

  /** Marks the key as in use until the returned function is called. */
  use(key: string): () => void {
    this.#inUse.add(key);
    return () => this.#inUse.delete(key);
  }

  /** The change that stores an answer. */
  store({ key, path, form }: KeyedRequest, answer: StoredAnswer, nowMs: number): Change {
    const { status, body, request } = answer;
    const fingerprint = fingerprintOf(form);
    return this.records.idempotency.put({
      id: key,
      path,
      fingerprint,
      status,
      body,
      request,
      createdMs: nowMs,
    });
  }

  /** The changes that remove expired keys. */
  prune(nowMs: number): readonly Change[] {
    const changes: Change[] = [];
    for (const record of this.records.idempotency.values()) {
      if (nowMs - record.createdMs < keyRetentionMs) break;
      changes.push(this.records.idempotency.remove(record.id));
    }
    return changes;
  }
}

/** Equal for equal parameters in any order. */
function fingerprintOf(form: Form): string {
  return createHash('sha256').update(canonical(form)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}

function otherParameters(key: string): StripeError {
  const message =
    'Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a ' +
    `key other than '${key}' if you meant to execute a different request.`;
  return new StripeError(400, { type: 'idempotency_error', message });
}

function otherEndpoint(key: string, first: string, now: string): StripeError {
  const message =
    `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${now}' vs ` +
    `'${first}'). Try using a key other than '${key}' if you meant to execute a different request.`;
  return new StripeError(400, { type: 'idempotency_error', message });
}

function inUse(key: string): StripeError {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted ' +
    `twice, and the other request is still going through): ${key}. Please try again later.`;
  return new StripeError(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message,
  });
}
