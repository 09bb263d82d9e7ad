import type { Logger } from '@oms/observability';
import type { Router } from 'express';

import type { KnownOperations } from './faults/fault.js';
import type { FaultRegistry } from './faults/fault-registry.js';
import type { HeldRequests } from './faults/held-requests.js';
import type { Mount } from './http/create-app.js';
import type { RequestLog } from './http/request-log.js';
import type { Clock } from './store/clock.js';
import type { Ledger } from './store/ledger.js';
import type { AnyCollection, Store } from './store/store.js';
import type { WebhookTiming } from './webhooks/webhook-sender.js';

/** The parts that all providers share. */
export interface SharedParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
  readonly requests: RequestLog;
  readonly webhookTiming: WebhookTiming;
  readonly log: Logger;
  /** Where this simulator is reached. Not known before it listens. */
  readonly baseUrl: () => string;
}

/** Makes the collections of a provider beside Stripe, before the state is read into them. */
export type ProviderDefinition = (ledger: Ledger) => {
  /** The collections that the store keeps for it, beside the shared ledger. */
  readonly collections: readonly AnyCollection[];
  /** Called once, when the state has been read. */
  readonly start: (parts: SharedParts) => SimulatedProvider;
};

/** A provider that answers. */
export interface SimulatedProvider {
  /** Its API. */
  readonly mount: Mount;
  /** Its routes of the control API, below `/control`. */
  readonly control: Router;
  /** The part of `GET /control` about them. */
  readonly controlIndex: Readonly<Record<string, string>>;
  /** The operations that faults may name. */
  readonly operations: KnownOperations;
  /** Begins to send webhooks: the simulator listens. */
  open(): void;
  /** Does what has become due by the simulator's clock, and forgets what is old enough. */
  tick(): void;
  close(): void;
}
