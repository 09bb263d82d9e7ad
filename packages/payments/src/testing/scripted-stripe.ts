import { onTestFinished } from 'vitest';

import type { AuthorizeCall, PaymentProvider } from '../payment-provider.js';
import { createStripeProvider } from '../stripe/stripe-provider.js';
import { answerJson, startScriptedServer, type ReceivedRequest } from './scripted-server.js';

/** The call that the script is about. */
export const call: AuthorizeCall = {
  reference: 'pi_script',
  idempotencyKey: 'order-1:op:1',
  amountMinor: 24_500,
  currency: 'USD',
  mayPay: () => true,
};

export const replayed = { 'idempotent-replayed': 'true' };
export const failure = { error: { type: 'api_error', message: 'sorry' } };
export const refusal = (code: string, type = 'invalid_request_error'): object => ({
  error: { type, code, message: 'no' },
});

export const open = {
  object: 'payment_intent',
  id: call.reference,
  status: 'requires_capture',
  amount: 24_500,
  amount_capturable: 24_500,
  amount_received: 0,
  currency: 'usd',
  latest_charge: { amount: 24_500, amount_captured: 0, amount_refunded: 0 },
};
export const processing = { ...open, status: 'processing', amount_capturable: 0 };
export const captured = {
  ...open,
  status: 'succeeded',
  amount_capturable: 0,
  amount_received: 24_500,
  latest_charge: { amount: 24_500, amount_captured: 24_500, amount_refunded: 0 },
};
export const canceled = { ...open, status: 'canceled', amount_capturable: 0 };
export const refund = (operation: string, change: object = {}): object => ({
  object: 'refund',
  id: 're_1',
  amount: 24_500,
  currency: 'usd',
  status: 'succeeded',
  metadata: { oms_operation: operation },
  ...change,
});
export const list = (...data: object[]): object => ({ object: 'list', data, has_more: false });

export type Reply = readonly [status: number, body: object, headers?: Record<string, string>];

/** A Stripe that answers each request in turn as written. */
export interface ScriptedStripe {
  readonly provider: PaymentProvider;
  /** The requests that it received: method, resource and idempotency key. */
  readonly asked: () => string[];
}

/** Starts one; it ends with the test. */
export async function scriptedStripe(...replies: Reply[]): Promise<ScriptedStripe> {
  const queue = [...replies];
  const server = await startScriptedServer((_request, response) => {
    answerJson(response, ...(queue.shift() ?? ([418, refusal('nothing_more_was_expected')] as const)));
  });
  onTestFinished(() => server.close());
  return {
    provider: createStripeProvider({ apiKey: 'sk_test_script', baseUrl: server.baseUrl, timeoutMs: 10_000 }),
    asked: () => server.requests.map(summary),
  };
}

function summary({ method, path, headers }: ReceivedRequest): string {
  const [resource = ''] = path
    .replace('/v1/', '')
    .replace(`payment_intents/${call.reference}`, 'intent')
    .split('?');
  return [method, resource, headers['idempotency-key'] ?? ''].join(' ').trim();
}
