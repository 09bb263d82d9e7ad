import type { Execution } from '../execution.js';
import type { Form } from '../form.js';

/** Each simulated operation, under the name that faults give. */
export const OperationName = {
  CreateIntent: 'payment_intents.create',
  RetrieveIntent: 'payment_intents.retrieve',
  ConfirmIntent: 'payment_intents.confirm',
  CaptureIntent: 'payment_intents.capture',
  CancelIntent: 'payment_intents.cancel',
  CreateRefund: 'refunds.create',
  ListRefunds: 'refunds.list',
} as const;
export type OperationName = (typeof OperationName)[keyof typeof OperationName];

/** Operations that ask the issuer, who can decline. */
export const declinableOperations: readonly OperationName[] = [
  OperationName.CreateIntent,
  OperationName.ConfirmIntent,
  OperationName.CaptureIntent,
  OperationName.CancelIntent,
  OperationName.CreateRefund,
];

/** One operation of the API. */
export interface StripeOperation {
  readonly name: OperationName;
  readonly method: 'GET' | 'POST';
  /** The path below `/v1`, in Express's syntax. */
  readonly path: string;
  /**
   * Checks the parameters and returns the function that executes them once. Throws for invalid parameters before an
   * execution begins, so that no idempotency key stores the error.
   */
  prepare(request: { readonly id: string; readonly form: Form }): (execution: Execution) => object;
  /** The payment that a request names, for faults and the request log. */
  paymentIntentOf(id: string, form: Form): string | undefined;
}
