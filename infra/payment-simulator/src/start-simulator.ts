import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createBoundedServer, type Logger } from '@oms/observability';
import type { Express } from 'express';

import { adyenSimulation, type AdyenSimulationOptions } from './adyen/adyen-simulation.js';
import { answerControlFailure } from './control/control-error.js';
import { createControlRouter } from './control/control-router.js';
import { FaultRegistry } from './faults/fault-registry.js';
import { HeldRequests } from './faults/held-requests.js';
import { createApp } from './http/create-app.js';
import { payPalSimulation, type PayPalSimulationOptions } from './paypal/paypal-simulation.js';
import type { SharedParts, SimulatedProvider } from './simulated-provider.js';
import { Clock, clockCollection } from './store/clock.js';
import { openStore, type Store } from './store/store.js';
import { checkOut } from './stripe/checkout.js';
import { collectionsOf, createStripeRecords } from './stripe/records.js';
import { RequestLog } from './http/request-log.js';
import { RequestPipeline } from './stripe/request-pipeline.js';
import { StripeAccount } from './stripe/stripe-account.js';
import { answerStripeFailure, createStripeRouter } from './stripe/stripe-router.js';
import { stripeWebhooks } from './stripe/webhooks/stripe-webhooks.js';
import { WebhookSender, type WebhookEndpoint, type WebhookTiming } from './webhooks/webhook-sender.js';

export interface SimulatorOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly stateFile: string;
  /** An empty list accepts every key in the format of a secret key. */
  readonly acceptedKeys: readonly string[];
  readonly webhookEndpoint?: WebhookEndpoint;
  readonly webhookTiming: WebhookTiming;
  readonly adyen?: AdyenSimulationOptions;
  readonly paypal?: PayPalSimulationOptions;
  /** The address at which others reach this simulator. Default: the address that it listens at. */
  readonly publicUrl?: string;
  /** Whether the payment of the documentation's example order is made at the start. */
  readonly seedExample: boolean;
  readonly log: Logger;
}

export interface Simulator {
  readonly url: string;
  /** Finishes open requests, ends held ones, and unlocks the state file. */
  close(): Promise<void>;
}

/** The payment of the example order in the documentation of the Orders API. */
const example = {
  reference: 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
  amount: 17_998,
  currency: 'usd',
  status: 'requires_capture',
  // The tenant and organisation of the order.
  metadata: {
    tenant_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    org_id: '16fd2706-8baf-433b-82eb-8c7fada847da',
  },
} as const;

const requestLogCapacity = 10_000;
const housekeepingMs = 10_000;
const closeGraceMs = 2_000;
const bounds = {
  maxConnections: 10_000,
  // Longer than clients keep idle connections: otherwise a client could send a request on a closing connection.
  keepAliveTimeoutMs: 75_000,
  // Long, because a fault can hold a request: the client gives up first.
  silenceTimeoutMs: 600_000,
};

/**
 * Opens the state and serves.
 *
 * @throws JournalError when the state file is damaged; Error when it or the port is in use
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { log } = options;
  const faults = new FaultRegistry();
  const held = new HeldRequests();
  const requests = new RequestLog(requestLogCapacity);
  let url = '';
  const baseUrl = (): string => options.publicUrl ?? url;
  const { account, store, providers } = openAccounts(options, { faults, held, requests, baseUrl });
  const tick = (): void => {
    account.cancelLapsed();
    account.prune();
    for (const provider of providers) provider.tick();
  };
  const webhooks = new WebhookSender({
    source: stripeWebhooks(account),
    faults,
    log,
    timing: options.webhookTiming,
  });
  webhooks.use(options.webhookEndpoint);
  const server = createBoundedServer(
    { ...bounds, log },
    createFace({ options, account, store, faults, held, requests, webhooks, providers, tick }),
  );
  // Expires authorisations without a request, so that their events are sent in time.
  const housekeeping = setInterval(() => {
    try {
      tick();
    } catch (error) {
      log.error({ err: error }, 'due changes could not be applied');
    }
  }, housekeepingMs);
  const close = async (): Promise<void> => {
    clearInterval(housekeeping);
    webhooks.close();
    for (const provider of providers) provider.close();
    held.abandon();
    await closeServer(server);
    store.close();
  };
  try {
    await listen(server, options);
  } catch (error) {
    await close();
    throw error;
  }
  const { address, port, family } = server.address() as AddressInfo; // The server listens on TCP, not on a pipe.
  url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  for (const sender of [webhooks, ...providers]) sender.open();
  return { url, close };
}

function openAccounts(
  { stateFile, seedExample, log, webhookTiming, adyen, paypal }: SimulatorOptions,
  parts: Pick<SharedParts, 'faults' | 'held' | 'requests' | 'baseUrl'>,
) {
  const clocks = clockCollection();
  const records = createStripeRecords();
  const definitions = [adyenSimulation(adyen)(records.ledger), payPalSimulation(paypal)(records.ledger)];
  const { store, found } = openStore(stateFile, [
    clocks,
    ...collectionsOf(records),
    ...definitions.flatMap(({ collections }) => collections),
  ]);
  log.info({ file: stateFile, ...found }, 'the state was read');
  const clock = new Clock(clocks, store);
  const account = new StripeAccount({ records, store, clock });
  const providers = definitions.map(({ start }) => start({ ...parts, store, clock, webhookTiming, log }));
  if (seedExample && !records.intents.get(example.reference)) checkOut(account, example);
  return { account, store, providers };
}

function createFace(parts: {
  readonly options: SimulatorOptions;
  readonly account: StripeAccount;
  readonly store: Store;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
  readonly requests: RequestLog;
  readonly webhooks: WebhookSender;
  readonly providers: readonly SimulatedProvider[];
  readonly tick: () => void;
}): Express {
  const { options, account, store, faults, held, requests, webhooks, providers, tick } = parts;
  const pipeline = new RequestPipeline({ account, faults, held });
  return createApp({
    log: options.log,
    isReady: () => store.writable,
    mounts: [
      {
        path: '/control',
        router: createControlRouter({ account, faults, held, requests, webhooks, providers, tick }),
        onError: answerControlFailure,
      },
      {
        path: '/v1',
        router: createStripeRouter({
          pipeline,
          requests,
          acceptedKeys: options.acceptedKeys,
        }),
        onError: answerStripeFailure,
      },
      ...providers.map(({ mount }) => mount),
    ],
  });
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => {
      server.closeAllConnections();
    }, closeGraceMs);
    server.close(() => {
      clearTimeout(grace);
      resolve();
    });
  });
}
