import type { Naming } from '@oms/contracts/temporal';
import type { Client } from '@temporalio/client';

/** Temporal, as one installation uses it. */
export interface Temporal {
  readonly client: Client;
  /** The installation's name of a workflow or a task queue. */
  readonly named: Naming;
}
