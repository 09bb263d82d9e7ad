import express, { Router } from 'express';

import type { KnownOperations } from '../faults/fault.js';
import type { FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import { declinableOperations, OperationName } from '../stripe/operations/operation.js';
import type { RequestLog } from '../http/request-log.js';
import type { SimulatedProvider } from '../simulated-provider.js';
import type { StripeAccount } from '../stripe/stripe-account.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import { createRecordRoutes } from './record-routes.js';
import { ControlError } from './control-error.js';
import { describeControl } from './control-index.js';
import { createFaultRoutes } from './fault-routes.js';
import { createPaymentRoutes } from './payment-routes.js';
import { createWebhookRoutes } from './webhook-routes.js';

interface ControlOptions {
  readonly account: StripeAccount;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
  readonly requests: RequestLog;
  readonly webhooks: WebhookSender;
  /** The providers other than Stripe. */
  readonly providers: readonly SimulatedProvider[];
  /** Applies the changes that are due by the clock. */
  readonly tick: () => void;
}

/** The API that controls the simulator, without authentication. */
export function createControlRouter(options: ControlOptions): Router {
  const { account, faults, held, requests, webhooks, providers, tick } = options;
  const operations: KnownOperations = {
    all: [...Object.values(OperationName), ...providers.flatMap((provider) => provider.operations.all)],
    declinable: [...declinableOperations, ...providers.flatMap((provider) => provider.operations.declinable)],
  };
  const indexOfProviders = Object.fromEntries(
    providers.flatMap(({ controlIndex }) => Object.entries(controlIndex)),
  );
  const router = Router();
  // Ignores the content type: `curl -d` sends JSON as a form.
  router.use(express.json({ type: () => true, limit: '1mb' }));
  router.get('/', (_request, response) => {
    response.json(describeControl(operations.all, indexOfProviders));
  });
  router.use(
    createFaultRoutes({ faults, held, operations }),
    createPaymentRoutes(account, tick),
    createRecordRoutes({ ledger: account.records.ledger, requests }),
    createWebhookRoutes(webhooks),
    ...providers.map(({ control }) => control),
  );
  router.use((request) => {
    throw new ControlError(404, `unknown route ${request.method} ${request.originalUrl}; see GET /control`);
  });
  return router;
}
