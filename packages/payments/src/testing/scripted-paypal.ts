import type { ServerResponse } from 'node:http';

import { onTestFinished } from 'vitest';

import type { PaymentNotification } from '../payment-notification.js';
import type { AuthorizeCall, PaymentProvider } from '../payment-provider.js';
import type { PayPalConfig } from '../paypal/paypal-client.js';
import { createPayPalProvider } from '../paypal/paypal-provider.js';
import {
  answerJson,
  startScriptedServer,
  type ReceivedRequest,
  type ScriptedServer,
} from './scripted-server.js';

/** The call that the script is about. */
export const call: AuthorizeCall = {
  reference: '0VF52814937998046',
  idempotencyKey: 'order-1:op:1',
  amountMinor: 24_500,
  currency: 'USD',
  mayPay: () => true,
};
export const orderId = '7YR117309L4312735';
export const captureId = '8SA298979U639233U';

const api = 'https://api.sandbox.paypal.com/v2';
const amount = { currency_code: 'USD', value: '245.00' };

export const authorization = (change: object = {}): object => ({
  id: call.reference,
  status: 'CREATED',
  amount,
  supplementary_data: { related_ids: { order_id: orderId } },
  ...change,
});
export const capture = (change: object = {}): object => ({
  id: captureId,
  status: 'COMPLETED',
  amount,
  final_capture: true,
  links: [{ rel: 'up', href: `${api}/payments/authorizations/${call.reference}`, method: 'GET' }],
  ...change,
});
export const refund = (change: object = {}): object => ({
  id: '1JU08902781691411',
  status: 'COMPLETED',
  amount,
  custom_id: 'order-1_3aop_3a1',
  links: [{ rel: 'up', href: `${api}/payments/captures/${captureId}`, method: 'GET' }],
  ...change,
});
export const order = (payments: object): object => ({
  id: orderId,
  purchase_units: [{ payments: { authorizations: [{ id: call.reference }], ...payments } }],
});
export const refusal = (issue: string): object => ({
  name: 'UNPROCESSABLE_ENTITY',
  message: 'The requested action could not be performed.',
  debug_id: '90957fca61718',
  details: [{ issue, description: `because of ${issue}` }],
});
export const notFound = {
  name: 'RESOURCE_NOT_FOUND',
  message: 'The specified resource does not exist.',
  debug_id: '90957fca61718',
};

export type Reply = readonly [status: number, body: object];

/** Answers a request for an access token. False for any other. */
export function answerToken({ path }: ReceivedRequest, response: ServerResponse): boolean {
  if (path !== '/v1/oauth2/token') return false;
  answerJson(response, 200, { access_token: 'A21AAtoken', token_type: 'Bearer', expires_in: 32_400 });
  return true;
}

export function configFor(server: ScriptedServer, timeoutMs = 10_000): PayPalConfig {
  const credentials = { clientId: 'client-script', clientSecret: 'secret-script' };
  return { ...credentials, environment: 'sandbox', apiBaseUrl: server.baseUrl, timeoutMs };
}

/** A PayPal with one prepared answer for each request in turn. Every client gets an access token. */
export interface ScriptedPayPal {
  readonly provider: PaymentProvider;
  readonly requests: ScriptedServer['requests'];
  /** The requests that it received: method and resource. */
  readonly asked: () => string[];
}

/** Starts one; it ends with the test. */
export async function scriptedPayPal(
  replies: readonly Reply[],
  notifications: readonly PaymentNotification[] = [],
): Promise<ScriptedPayPal> {
  const queue = [...replies];
  const server = await startScriptedServer((request, response) => {
    if (answerToken(request, response)) return;
    answerJson(response, ...(queue.shift() ?? ([418, refusal('NOTHING_MORE_WAS_EXPECTED')] as const)));
  });
  onTestFinished(() => server.close());
  return {
    provider: createPayPalProvider(configFor(server), {
      notifications: { about: () => Promise.resolve(notifications) },
    }),
    requests: server.requests,
    asked: () =>
      server.requests
        .filter(({ path }) => path !== '/v1/oauth2/token')
        .map(({ method, path }) => `${method} ${path.replace(/^\/v2\/(?:payments|checkout)\//, '')}`),
  };
}
