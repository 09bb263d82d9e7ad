import {
  ApiError,
  Client,
  Environment,
  OrdersController,
  PaymentsController,
  type ApiResponse,
} from '@paypal/paypal-server-sdk';

import type { SimulatorOptions } from '../start-simulator.js';
import { startTestSimulator, type TestSimulator } from './test-simulator.js';

/** A simulator, and the official SDK that calls its PayPal. */
export interface TestPayPal extends TestSimulator {
  readonly payments: PaymentsController;
  readonly orders: OrdersController;
  /** Makes an authorisation through the control API, by default of 245.00 USD. @returns its id */
  checkout(body?: object): Promise<string>;
  /** Captures an amount with the SDK, under a key. */
  capture(authorizationId: string, value?: string, key?: string, more?: object): Promise<Answer>;
  refund(captureId: string, value?: string, key?: string): Promise<Answer>;
  void(authorizationId: string, key?: string): Promise<Answer>;
}

/** The parts of an HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The first issue of a refusal. */
  readonly issue: string | undefined;
}

const prefer = 'return=representation';

export async function startTestPayPal(options: Partial<SimulatorOptions> = {}): Promise<TestPayPal> {
  return withPayPal(await startTestSimulator(options));
}

/** Points the SDK at a simulator. */
export function withPayPal(simulator: TestSimulator): TestPayPal {
  const client = new Client({
    environment: Environment.Sandbox,
    clientCredentialsAuthCredentials: { oAuthClientId: 'client', oAuthClientSecret: 'secret' },
    unstable_httpClientOptions: { adapter: adapterTo(`${simulator.url}/paypal`) },
  });
  const [payments, orders] = [new PaymentsController(client), new OrdersController(client)];
  const money = (value: string) => ({ currencyCode: 'USD', value });
  return {
    ...simulator,
    payments,
    orders,
    async checkout(body = {}) {
      const request = { amount: 24_500, ...body };
      const { ids } = await simulator.control<{ ids: string[] }>('POST', '/paypal/authorizations', request);
      return ids[0] ?? '';
    },
    capture: (authorizationId, value = '245.00', paypalRequestId, more = {}) => {
      const body = { amount: money(value), ...more };
      return answerOf(
        payments.captureAuthorizedPayment({
          authorizationId,
          prefer,
          body,
          ...(paypalRequestId === undefined ? {} : { paypalRequestId }),
        }),
      );
    },
    refund: (captureId, value, paypalRequestId) =>
      answerOf(
        payments.refundCapturedPayment({
          captureId,
          prefer,
          body: value === undefined ? {} : { amount: money(value) },
          ...(paypalRequestId === undefined ? {} : { paypalRequestId }),
        }),
      ),
    void: (authorizationId, paypalRequestId) =>
      answerOf(
        payments.voidPayment({
          authorizationId,
          prefer,
          ...(paypalRequestId === undefined ? {} : { paypalRequestId }),
        }),
      ),
  };
}

/** The answer to a call, or the SDK's error for it. Rejects if there was no answer. */
export async function answerOf(call: Promise<ApiResponse<unknown>>): Promise<Answer> {
  const response = await call.catch((error: unknown) => {
    if (error instanceof ApiError) return { statusCode: error.statusCode, body: error.body };
    throw error;
  });
  const text = typeof response.body === 'string' && response.body !== '' ? response.body : '{}';
  // Every answer of the simulator is an object.
  const body = JSON.parse(text) as Answer['body'] & {
    readonly details?: readonly { readonly issue: string }[];
  };
  return { status: response.statusCode, body, issue: body.details?.[0]?.issue };
}

/** The used members of a request that the SDK's HTTP client gives its adapter. */
interface SdkRequest {
  readonly url?: string;
  readonly method?: string;
  readonly headers: { toJSON(): Record<string, string> };
  readonly data?: string;
}

function adapterTo(base: string) {
  return async (config: SdkRequest) => {
    const { pathname } = new URL(config.url ?? '');
    const response = await fetch(`${base}${pathname}`, {
      method: config.method ?? 'GET',
      headers: config.headers.toJSON(),
      ...(config.data === undefined ? {} : { body: config.data }),
    });
    const { status, statusText, headers } = response;
    return { status, statusText, headers: Object.fromEntries(headers), data: await response.text(), config };
  };
}
