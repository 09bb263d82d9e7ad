import { defineUpdate } from '@temporalio/workflow';

/** The number of an order's steps: record, authorise, reserve, capture, confirm. */
export const bareActivityCount = 5;

export const bareWorkflowQueue = 'bare-workflows';
export const bareActivityQueue = 'bare-activities';

/** Answers after the first activity, as a placed order is answered once it is recorded. */
export const barePlacedUpdate = defineUpdate('placed');

/** Answers after one activity, as a change of an order is answered once it is written. */
export const bareChangeUpdate = defineUpdate('change');

export interface BareActivities {
  doNothing(ordinal: number): Promise<void>;
}

/** A message of a worker process to the bench. */
export type BareMessage =
  | { readonly kind: 'ready' }
  /** The last activity of this workflow has run. */
  | { readonly kind: 'done'; readonly workflowId: string };

/** The argument of a worker process, passed as JSON. */
export interface BareWorkerArguments {
  readonly role: 'workflows' | 'activities';
  readonly address: string;
  readonly namespace: string;
}
