import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { adyenDefaults } from '../adyen/adyen-simulation.js';
import type { ModificationRecord, NotificationItem, PaymentRecord } from '../adyen/adyen-records.js';
import type { SimulatorOptions } from '../start-simulator.js';
import { newKey, startTestSimulator, type TestSimulator } from './test-simulator.js';

export const hmacKey = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';
export const merchantAccount = adyenDefaults.merchantAccount;

/** An answer of Adyen's API. */
export interface AdyenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ModificationOptions {
  readonly key?: string;
  readonly apiKey?: string;
  readonly version?: string;
  readonly signal?: AbortSignal;
}

/** A simulator whose Adyen settles only on request, and an endpoint for its webhooks. */
export interface TestAdyen extends TestSimulator {
  /** The items that have arrived, in order. */
  readonly received: readonly NotificationItem[];
  /** The statuses that the endpoint answers with in turn; 200 when none is left. */
  readonly answers: number[];
  payment(body?: object): Promise<string>;
  /** Requests a modification: `captures`, `cancels` or `refunds`. */
  modify(payment: string, path: string, body?: object, options?: ModificationOptions): Promise<AdyenAnswer>;
  capture(payment: string, value?: number, options?: ModificationOptions): Promise<AdyenAnswer>;
  refund(payment: string, value: number): Promise<AdyenAnswer>;
  settle(payment?: string): Promise<readonly string[]>;
  find(payment: string): Promise<{ payment: PaymentRecord; modifications: readonly ModificationRecord[] }>;
  /** The event code, success and reason of each received item, in order. */
  events(): readonly string[];
}

export async function startTestAdyen(options: Partial<SimulatorOptions> = {}): Promise<TestAdyen> {
  const endpoint = await startEndpoint();
  const simulator = await startTestSimulator({
    seedExample: false,
    adyen: {
      ...adyenDefaults,
      settlement: { mode: 'hold' },
      webhookEndpoint: { url: endpoint.url, secret: hmacKey },
    },
    ...options,
  });
  const { url, control } = simulator;
  const modify: TestAdyen['modify'] = async (payment, path, body = {}, given = {}) => {
    const { key, apiKey = 'any', version = 'v72', signal } = given;
    const response = await fetch(`${url}/adyen/${version}/payments/${payment}/${path}`, {
      method: 'POST',
      headers: {
        'x-api-key': apiKey,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify({ merchantAccount, ...body }),
      ...(signal ? { signal } : {}),
    });
    // Every answer of Adyen's API is an object.
    const answer = (await response.json()) as AdyenAnswer['body'];
    return { status: response.status, headers: response.headers, body: answer };
  };
  const amount = (value: number): object => ({ amount: { value, currency: 'USD' } });
  return {
    ...simulator,
    received: endpoint.received,
    answers: endpoint.answers,
    async payment(body = {}) {
      const made = await control<{ pspReferences: string[] }>('POST', '/adyen/payments', {
        amount: 24_500,
        ...body,
      });
      return made.pspReferences[0] ?? '';
    },
    modify,
    capture: (payment, value = 24_500, given = { key: newKey() }) =>
      modify(payment, 'captures', amount(value), given),
    refund: (payment, value) => modify(payment, 'refunds', amount(value), { key: newKey() }),
    async settle(pspReference) {
      const body = pspReference === undefined ? {} : { pspReference };
      return (await control<{ settled: string[] }>('POST', '/adyen/settle', body)).settled;
    },
    find: (payment) => control('GET', `/adyen/payments/${payment}`),
    events: () =>
      endpoint.received.map(({ eventCode, success, reason }) => `${eventCode} ${success} ${reason}`.trim()),
    async close() {
      await simulator.close();
      await endpoint.close();
    },
  };
}

async function startEndpoint() {
  const received: NotificationItem[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then((payload) => {
      // The simulator's webhooks have this form.
      const body = JSON.parse(payload) as {
        notificationItems: { NotificationRequestItem: NotificationItem }[];
      };
      received.push(...body.notificationItems.map((item) => item.NotificationRequestItem));
      response.writeHead(answers.shift() ?? 200).end('[accepted]');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/webhooks`, received, answers, close };
}
