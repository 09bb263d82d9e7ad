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
  /** The address of this simulator. Unknown before it listens. */
  readonly baseUrl: () => string;
}

/** Makes the collections of a provider other than Stripe, before the state is read into them. */
export type ProviderDefinition = (ledger: Ledger) => {
  /** The provider's collections to store, without the shared ledger. */
  readonly collections: readonly AnyCollection[];
  /** Called once, when the state has been read. */
  readonly start: (parts: SharedParts) => SimulatedProvider;
};

/** A started provider. */
export interface SimulatedProvider {
  /** Its API. */
  readonly mount: Mount;
  /** Its routes of the control API, below `/control`. */
  readonly control: Router;
  /** The part of `GET /control` about these routes. */
  readonly controlIndex: Readonly<Record<string, string>>;
  /** The operations that faults may name. */
  readonly operations: KnownOperations;
  /** Begins to send webhooks. Called once the simulator listens. */
  open(): void;
  /** Applies the changes that are due by the simulator's clock, and removes expired records. */
  tick(): void;
  close(): void;
}
