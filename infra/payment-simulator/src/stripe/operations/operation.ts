import type { z } from 'zod';

import type { Execution } from '../execution.js';
import type { Expansion } from '../expansion.js';
import type { Form } from '../form.js';
import type { StripeBooks } from '../records.js';

/** Every operation that this simulator knows, under the name by which faults mean it. */
export const OperationName = {
  CreateIntent: 'payment_intents.create',
  RetrieveIntent: 'payment_intents.retrieve',
  UpdateIntent: 'payment_intents.update',
  ListIntents: 'payment_intents.list',
  ConfirmIntent: 'payment_intents.confirm',
  CaptureIntent: 'payment_intents.capture',
  CancelIntent: 'payment_intents.cancel',
  CreateRefund: 'refunds.create',
  RetrieveRefund: 'refunds.retrieve',
  UpdateRefund: 'refunds.update',
  ListRefunds: 'refunds.list',
  RetrieveCharge: 'charges.retrieve',
  ListCharges: 'charges.list',
  RetrieveEvent: 'events.retrieve',
  ListEvents: 'events.list',
} as const;
export type OperationName = (typeof OperationName)[keyof typeof OperationName];

/** The operations at which an issuer is asked, and can decline. */
export const declinableOperations: readonly OperationName[] = [
  OperationName.CreateIntent,
  OperationName.ConfirmIntent,
  OperationName.CaptureIntent,
  OperationName.CancelIntent,
  OperationName.CreateRefund,
];

/** The parts of a request that an operation works on. */
export interface OperationInput<Params> {
  /** The id in the path; empty where the path has none. */
  readonly id: string;
  /** The path without the query, which lists name. */
  readonly path: string;
  readonly params: Params;
  readonly expansion: Expansion;
}

/** One operation of the API. */
export interface StripeOperation {
  readonly name: OperationName;
  readonly method: 'GET' | 'POST';
  /** As Express writes paths. */
  readonly path: string;
  /**
   * Checks the parameters and returns what executes them, once. What is wrong with them is thrown here, before any
   * execution has begun, so that it is not stored under an idempotency key.
   */
  prepare(request: {
    readonly id: string;
    readonly path: string;
    readonly form: Form;
  }): (execution: Execution) => object;
  /** Which payment a request is about, for faults and the log of requests. */
  paymentIntentOf(id: string, form: Form, books: StripeBooks): string | undefined;
}

/** What an operation is defined by. */
export interface OperationDefinition<Schema extends z.ZodType> {
  readonly name: OperationName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The parameters, without `expand`. */
  readonly params: Schema;
  /** The kind of the answer, and whether it is a list of these. Left out where nothing can be expanded. */
  readonly answer?: { readonly object: string; readonly list?: boolean };
  readonly paymentIntentOf?: StripeOperation['paymentIntentOf'];
  /** Further checks of the parameters that need nothing else. */
  readonly check?: (params: z.infer<Schema>) => void;
  readonly execute: (execution: Execution, input: OperationInput<z.infer<Schema>>) => object;
}
