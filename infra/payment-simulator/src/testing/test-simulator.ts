import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { createLogger } from '@oms/observability';
import Stripe from 'stripe';

import { startSimulator, type SimulatorOptions } from '../start-simulator.js';
import type { FaultReport } from '../faults/fault-registry.js';
import type { LedgerEntry } from '../store/ledger.js';
import type { LoggedRequest } from '../http/request-log.js';

/** A fault in the control API's format. */
export interface AskedFault {
  readonly operation: string;
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** A simulator that listens, and its clients. */
export interface TestSimulator {
  readonly url: string;
  readonly stateFile: string;
  /** The official SDK, without retries of its own. */
  readonly stripe: Stripe;
  /** Calls the control API; rejects on an error answer. The answer's type is not checked. */
  control<Answer>(method: string, path: string, body?: object): Promise<Answer>;
  /** An authorisation that is ready to be captured. */
  authorization(amount?: number, currency?: string): Promise<string>;
  fault(fault: AskedFault): Promise<FaultReport>;
  /** Operations and amounts of a payment, in order. */
  movements(paymentIntent: string): Promise<readonly string[]>;
  requests(filter: Readonly<Record<string, string>>): Promise<readonly LoggedRequest[]>;
  close(): Promise<void>;
}

/** Starts a simulator with its own state file. `close` ends the simulator and removes the file. */
export async function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'payment-simulator-'));
  const stateFile = path.join(folder, 'state.ndjson');
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    stateFile,
    acceptedKeys: [],
    webhookTiming: { retryMs: 10, timeoutMs: 20_000 },
    seedExample: true,
    log: createLogger({ service: 'payment-simulator', level: 'silent' }),
    ...options,
  });
  return {
    ...clientsOf(simulator.url),
    stateFile: options.stateFile ?? stateFile,
    async close() {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Clients of the simulator at an address. */
export function clientsOf(url: string): Omit<TestSimulator, 'close' | 'stateFile'> {
  const control: TestSimulator['control'] = async (method, where, body) => {
    const response = await fetch(`${url}/control${where}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    return answer as never; // The answer's type is not checked, as the interface says.
  };
  return {
    url,
    stripe: stripeClient(url),
    control,
    async authorization(amount = 24_500, currency = 'usd') {
      const { ids } = await control<{ ids: string[] }>('POST', '/payment-intents', { amount, currency });
      return ids[0] ?? '';
    },
    fault: (fault) => control('POST', '/faults', fault),
    async movements(paymentIntent) {
      const { entries } = await control<{ entries: LedgerEntry[] }>(
        'GET',
        `/ledger?payment_intent=${paymentIntent}`,
      );
      return entries.map(({ operation, amount }) => `${operation} ${amount}`);
    },
    async requests(filter) {
      const query = new URLSearchParams(filter).toString();
      const { requests } = await control<{ requests: LoggedRequest[] }>('GET', `/requests?${query}`);
      return requests;
    },
  };
}

export function stripeClient(
  url: string,
  apiKey = 'sk_test_simulator',
  config: Stripe.StripeConfig = {},
): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(apiKey, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 20_000,
    ...config,
  });
}

/** A client whose `abort` closes the connections of its open requests. */
export function abortableClient(url: string): { readonly client: Stripe; readonly abort: () => void } {
  const controller = new AbortController();
  const httpClient = Stripe.createFetchHttpClient((asked: string | URL | Request, init?: RequestInit) =>
    fetch(asked, { ...init, signal: controller.signal }),
  );
  return {
    client: stripeClient(url, 'sk_test_abortable', { httpClient }),
    abort: () => {
      controller.abort();
    },
  };
}

export function newKey(): string {
  return `test-${randomUUID()}`;
}

/** The error that the SDK throws. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}
