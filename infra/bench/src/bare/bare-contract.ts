import { defineUpdate } from '@temporalio/workflow';

/** As many activities as an order has steps: record, authorise, reserve, capture, confirm. */
export const bareActivityCount = 5;

export const bareWorkflowQueue = 'bare-workflows';
export const bareActivityQueue = 'bare-activities';

/** Answers when the first activity has ended, as a placed order is answered when it is recorded. */
export const barePlacedUpdate = defineUpdate('placed');

/** Answers when one activity has ended, as a change of an order is answered when it is written. */
export const bareChangeUpdate = defineUpdate('change');

export interface BareActivities {
  doNothing(ordinal: number): Promise<void>;
}

/** What a worker process says to the bench. */
export type BareMessage =
  | { readonly kind: 'ready' }
  /** The last activity of this workflow has run. */
  | { readonly kind: 'done'; readonly workflowId: string };

/** What a worker process is started with, as JSON. */
export interface BareWorkerArguments {
  readonly role: 'workflows' | 'activities';
  readonly address: string;
  readonly namespace: string;
}
