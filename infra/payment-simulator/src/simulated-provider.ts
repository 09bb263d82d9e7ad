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

/** What all providers share: one state, one time, one ledger, one registry of faults, one log of requests. */
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

/** Makes the books of a provider beside Stripe, before the state is read into them. */
export type ProviderDefinition = (ledger: Ledger) => {
  /** What the store is to keep for it, beside the shared ledger. */
  readonly collections: readonly AnyCollection[];
  /** Called once, when the state has been read. */
  readonly start: (parts: SharedParts) => SimulatedProvider;
};

/** A provider that answers. */
export interface SimulatedProvider {
  /** Its API. */
  readonly mount: Mount;
  /** What the control API has for it, below `/control`. */
  readonly control: Router;
  /** What `GET /control` says of that. */
  readonly controlIndex: Readonly<Record<string, string>>;
  /** The operations that faults may name. */
  readonly operations: KnownOperations;
  /** Begins to send webhooks: the simulator listens. */
  open(): void;
  /** Does what has become due by the simulator's clock, and forgets what is old enough. */
  tick(): void;
  close(): void;
}
