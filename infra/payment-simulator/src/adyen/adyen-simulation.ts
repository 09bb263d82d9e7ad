import type { ProviderDefinition, SharedParts, SimulatedProvider } from '../simulated-provider.js';
import { WebhookSender, type WebhookEndpoint } from '../webhooks/webhook-sender.js';
import { AdyenAccount, type SettlementMode } from './adyen-account.js';
import { AdyenOperation } from './adyen-operations.js';
import { AdyenPipeline } from './adyen-pipeline.js';
import { adyenCollections, createAdyenRecords, type AdyenRecords } from './adyen-records.js';
import { answerAdyenFailure, createAdyenRouter } from './adyen-router.js';
import { adyenWebhooks } from './adyen-webhooks.js';
import { adyenControlIndex, createAdyenControlRoutes } from './control-routes.js';

export interface AdyenSimulationOptions {
  /** An empty list accepts every key. */
  readonly acceptedKeys: readonly string[];
  readonly merchantAccount: string;
  readonly settlement: SettlementMode;
  /** Its secret is the HMAC key, in hexadecimal digits. */
  readonly webhookEndpoint?: WebhookEndpoint;
}

export const adyenDefaults: AdyenSimulationOptions = {
  acceptedKeys: [],
  merchantAccount: 'SimulatorECOM',
  settlement: { mode: 'auto', delayMs: 250 },
};

/** Adds Adyen to the simulated providers. Its API is below `/adyen`. */
export function adyenSimulation(options: AdyenSimulationOptions = adyenDefaults): ProviderDefinition {
  return (ledger) => {
    const records = createAdyenRecords(ledger);
    return { collections: adyenCollections(records), start: (parts) => start(records, options, parts) };
  };
}

function start(
  records: AdyenRecords,
  { merchantAccount, settlement, acceptedKeys, webhookEndpoint }: AdyenSimulationOptions,
  { store, clock, faults, held, requests, webhookTiming, log }: SharedParts,
): SimulatedProvider {
  const account = new AdyenAccount({ records, store, clock, merchantAccount, settlement, log });
  const sender = new WebhookSender({
    source: adyenWebhooks(account),
    faults,
    log,
    timing: webhookTiming,
  });
  sender.use(webhookEndpoint);
  const pipeline = new AdyenPipeline({ account, faults, held });
  const operations = Object.values(AdyenOperation);
  return {
    mount: {
      path: '/adyen',
      router: createAdyenRouter({ pipeline, requests, acceptedKeys }),
      onError: answerAdyenFailure,
    },
    control: createAdyenControlRoutes(account, sender),
    controlIndex: adyenControlIndex,
    operations: { all: operations, declinable: operations },
    open: () => {
      sender.open();
    },
    tick: () => {
      account.tick();
    },
    close: () => {
      account.close();
      sender.close();
    },
  };
}
