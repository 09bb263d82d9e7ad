import { Router } from 'express';

import type { ProviderDefinition, SharedParts, SimulatedProvider } from '../simulated-provider.js';
import { WebhookSender, type WebhookEndpoint } from '../webhooks/webhook-sender.js';
import { AccessTokens, type PayPalCredentials } from './access-tokens.js';
import { createPayPalControl, payPalControlIndex } from './control-routes.js';
import { declinablePayPalOperations, PayPalOperationName } from './operations/operation.js';
import { PayPalAccount } from './paypal-account.js';
import { createPayPalFaults, PayPalPipeline } from './paypal-pipeline.js';
import { answerPayPalFailure, createPayPalRouter } from './paypal-router.js';
import { createPayPalRecords, payPalCollections, type PayPalRecords } from './records.js';
import { payPalWebhooks } from './webhooks/paypal-webhooks.js';
import { WebhookSigning } from './webhooks/signing.js';

export interface PayPalSimulationOptions {
  /** Without them, any credentials are accepted. */
  readonly credentials?: PayPalCredentials;
  /** Its secret is the id of the webhook. */
  readonly webhookEndpoint?: WebhookEndpoint;
}

/** The path prefix of PayPal's API. */
const path = '/paypal';

/** Adds PayPal to the simulated providers. Its API is below `/paypal`. */
export function payPalSimulation(options: PayPalSimulationOptions = {}): ProviderDefinition {
  return (ledger) => {
    const records = createPayPalRecords(ledger);
    return { collections: payPalCollections(records), start: (parts) => start(records, options, parts) };
  };
}

function start(
  records: PayPalRecords,
  { credentials, webhookEndpoint }: PayPalSimulationOptions,
  { store, clock, faults, held, requests, webhookTiming, log, baseUrl }: SharedParts,
): SimulatedProvider {
  const account = new PayPalAccount({ records, store, clock });
  const tokens = new AccessTokens(credentials);
  const signing = new WebhookSigning(account);
  const source = payPalWebhooks(account, signing, () => `${baseUrl()}${path}`);
  const sender = new WebhookSender({ source, faults, log, timing: webhookTiming });
  sender.use(webhookEndpoint);
  const router = createPayPalRouter({
    pipeline: new PayPalPipeline({ account, faults, held }),
    faults: createPayPalFaults({ faults, held }),
    certificate: async () => (await signing.get()).certificatePem,
    records,
    requests,
    tokens,
  });
  return {
    mount: { path, router, onError: answerPayPalFailure },
    control: Router().use(path, createPayPalControl({ account, tokens, signing, webhooks: sender })),
    controlIndex: payPalControlIndex,
    operations: { all: Object.values(PayPalOperationName), declinable: declinablePayPalOperations },
    open: () => {
      sender.open();
    },
    tick: () => {
      account.voidLapsed();
      account.prune();
    },
    close: () => {
      sender.close();
    },
  };
}
