import Stripe from 'stripe';

import { redactorOf } from '../kit/redaction.js';
import { DeadlineHttpClient } from './deadline-http-client.js';
import { readFailure, unreadable, type StripeFailure } from './stripe-failure.js';
import { intentExpansion, readIntent, type StripeIntent } from './stripe-intent.js';
import { operationMetadataKey, readRefund, type StripeRefund } from './stripe-refund.js';

/**
 * The version of Stripe's API whose objects and errors this adapter reads. The SDK's types have the same version.
 * With another SDK this line no longer compiles; check the readers before changing it.
 */
const apiVersion: Stripe.LatestApiVersion = '2026-10-28.endive';

/** Above any real number of refunds of one payment. Reading takes a request for each 100. */
const maxRefunds = 10_000;

export interface StripeConfig {
  /** A secret or restricted key. A restricted key needs write access to payment intents, charges and refunds. */
  readonly apiKey: string;
  /** The base URL of Stripe's API, without a path. Only for the payment simulator. */
  readonly baseUrl?: string;
  /** The deadline of one request. An operation makes up to three requests while Stripe is in trouble. */
  readonly timeoutMs: number;
}

/** Stripe's answer to a request. */
export type StripeAnswer<Value> =
  | { readonly ok: true; readonly value: Value; readonly replayed: boolean }
  | { readonly ok: false; readonly failure: StripeFailure };

/** The requests that this adapter makes. Failures of Stripe or of the network are results, never thrown. */
export interface StripeClient {
  retrieveIntent(reference: string): Promise<StripeAnswer<StripeIntent>>;
  captureIntent(reference: string, amount: number, key: string): Promise<StripeAnswer<StripeIntent>>;
  cancelIntent(reference: string, key: string): Promise<StripeAnswer<StripeIntent>>;
  createRefund(
    refund: { readonly reference: string; readonly amount: number; readonly operation: string },
    key: string,
  ): Promise<StripeAnswer<StripeRefund>>;
  /** Every refund of the payment, from any source. */
  listRefunds(reference: string): Promise<StripeAnswer<readonly StripeRefund[]>>;
}

/**
 * Connects the official SDK without its retries and telemetry, with a deadline for each request.
 *
 * @throws TypeError for an invalid configuration
 */
export function createStripeClient(config: StripeConfig): StripeClient {
  const { paymentIntents, refunds } = connect(config);
  const ask = createAsk(redactorOf(config.apiKey));
  const expand = [...intentExpansion];
  return {
    retrieveIntent: (reference) => ask(() => paymentIntents.retrieve(reference, { expand }), readIntent),
    captureIntent: (reference, amount, idempotencyKey) => {
      const params = { amount_to_capture: amount, expand };
      return ask(() => paymentIntents.capture(reference, params, { idempotencyKey }), readIntent);
    },
    cancelIntent: (reference, idempotencyKey) =>
      ask(() => paymentIntents.cancel(reference, { expand }, { idempotencyKey }), readIntent),
    createRefund: ({ reference, amount, operation }, idempotencyKey) => {
      const metadata = { [operationMetadataKey]: operation };
      const params = { payment_intent: reference, amount, metadata };
      return ask(() => refunds.create(params, { idempotencyKey }), readRefund);
    },
    listRefunds: (reference) => {
      const firstPage = { payment_intent: reference, limit: 100 };
      return ask(() => refunds.list(firstPage).autoPagingToArray({ limit: maxRefunds }), readRefunds);
    },
  };
}

function connect(config: StripeConfig): Stripe {
  if (!/^[\x21-\x7e]+$/.test(config.apiKey)) {
    throw new TypeError('the Stripe API key must not be empty and must have no spaces');
  }
  return new Stripe(config.apiKey, {
    apiVersion,
    httpClient: new DeadlineHttpClient(config.timeoutMs),
    maxNetworkRetries: 0,
    timeout: config.timeoutMs,
    telemetry: false,
    ...addressOf(config.baseUrl),
  });
}

/** Makes the function that sends a request and reads the answer or the failure. */
function createAsk(redact: (text: string) => string) {
  return async <Raw, Value>(
    request: () => Promise<Raw>,
    read: (raw: Raw) => Value | undefined,
  ): Promise<StripeAnswer<Value>> => {
    try {
      const raw = await request();
      const value = read(raw);
      return value === undefined
        ? { ok: false, failure: unreadable(isReplayed(raw)) }
        : { ok: true, value, replayed: isReplayed(raw) };
    } catch (error) {
      return { ok: false, failure: readFailure(error, redact) };
    }
  };
}

function addressOf(baseUrl: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (baseUrl === undefined) {
    return {};
  }
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  if ((protocol !== 'http:' && protocol !== 'https:') || pathname !== '/') {
    throw new TypeError("the base URL of Stripe's API must be http or https and have no path");
  }
  const secure = protocol === 'https:';
  return {
    protocol: secure ? 'https' : 'http',
    host: hostname,
    port: port || (secure ? 443 : 80),
  };
}

function readRefunds(raw: readonly unknown[]): readonly StripeRefund[] | undefined {
  const refunds = raw.map(readRefund);
  return refunds.every((refund) => refund !== undefined) ? refunds : undefined;
}

function isReplayed(raw: unknown): boolean {
  // Present on every object that the SDK parsed from an answer, but not on a list that it combined from pages.
  const { lastResponse } = raw as Partial<Stripe.Response<object>>;
  return lastResponse?.headers['idempotent-replayed'] === 'true';
}
