import {
  allowedTransitions,
  orderStatuses,
  paymentStatuses,
  type OrderStatus,
  type PaymentStatus,
} from '@oms/domain';
import { z } from 'zod';

import type { OperatorAction } from '../temporal/operator-actions.js';

const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** What an order is doing, and what it waits for. */
export const orderStatusResource = z.strictObject({
  id: z.string().meta({ format: 'uuid' }),
  number: z.string().nullable(),
  status: z.enum(orderStatuses),
  payment_status: z.enum(paymentStatuses),
  step: z.string().meta({ description: 'What is being done, in plain words.' }),
  waiting: z
    .strictObject({
      code: z.string().meta({ description: 'Which kind of fault it is.' }),
      fault: z.string().meta({ description: 'The last fault, in words.' }),
      since: timestamp.nullable(),
      attempts: z.int().nullable(),
      next_attempt_at: timestamp.nullable(),
      given_up_at: timestamp.nullable().meta({
        description:
          "When the order is cancelled, and undone, unless it goes on before: the tenant's `pending_limit_seconds`. Null: it is tried for ever.",
      }),
      unblocked_by: z.string().meta({ description: 'What would let the order go on.' }),
      actions: z
        .array(
          z.strictObject({
            action: z.enum(['retry', 'give_up', 'resolve_payment']),
            method: z.literal('POST'),
            path: z.string().meta({ description: 'Of this API; needs the permission `orders:operate`.' }),
            update: z.string().meta({ description: 'The Temporal Update that does the same.' }),
          }),
        )
        .meta({ description: 'What an operator can do about it.' }),
    })
    .nullable()
    .meta({ description: 'Null while nothing stands in the way.' }),
  authorization_expires_at: timestamp.nullable().meta({
    description:
      'Set where the order waits to be paid for by an authorisation that lapses within 24 hours: the flag `authorization_expiring`.',
  }),
  allowed: z.array(z.enum(orderStatuses)).meta({ description: 'Where the order can go from here.' }),
});

/** What lets an order go on, by the kind of fault that it waits out. */
const unblockedBy: Readonly<Record<string, string>> = {
  DatabaseUnavailable: 'PostgreSQL answering again',
  PaymentProviderUnavailable: 'the payment provider answering again',
  PaymentOutcomeUnknown: 'the payment provider saying what became of the last request',
  PaymentOutcomePending: "the payment provider's notification of what became of it",
  PaymentProviderNotConfigured: 'a payment worker that is configured for this provider',
  UnexpectedRecord: "an operator's look at the order's record and its workflow",
  PaymentReversalRefused: 'somebody who settles with the payment provider why it keeps the money',
  NoWorker: 'an order worker that runs and reaches Temporal',
  Timeout: 'a worker of the step’s queue that runs',
};

/** What is known of an order's progress. */
export interface ProgressToRender {
  readonly orderId: string;
  readonly number?: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly step: string;
  readonly waiting?: {
    readonly code?: string;
    readonly fault: string;
    readonly since?: string;
    readonly attempts?: number;
    readonly nextAttemptAt?: string;
    readonly givenUpAt?: string;
  };
  readonly isBeingCancelled?: true;
  readonly authorizationExpiresAt?: string;
  /** What an operator can do about it. */
  readonly actions?: readonly OperatorAction[];
}

/** Where the Orders API takes an operator's actions, below the order's own path. */
export const operationPaths = {
  retry: '/operations/retry',
  give_up: '/operations/give-up',
  resolve_payment: '/operations/resolve-payment',
} as const satisfies Record<OperatorAction['action'], string>;

/** Renders what an order is doing. */
export function renderOrderStatus(progress: ProgressToRender): z.output<typeof orderStatusResource> {
  const { waiting } = progress;
  const code = waiting?.code ?? 'Timeout';
  return {
    id: progress.orderId,
    number: progress.number ?? null,
    status: progress.status,
    payment_status: progress.paymentStatus,
    step: progress.step,
    waiting: waiting
      ? {
          code,
          fault: waiting.fault,
          since: waiting.since ?? null,
          attempts: waiting.attempts ?? null,
          next_attempt_at: waiting.nextAttemptAt ?? null,
          given_up_at: waiting.givenUpAt ?? null,
          unblocked_by: unblockedBy[code] ?? "an operator's look at the workflow",
          actions: (progress.actions ?? []).map(({ action, update }) => ({
            action,
            method: 'POST' as const,
            path: `/api/v1/oms/orders/${progress.orderId}${operationPaths[action]}`,
            update,
          })),
        }
      : null,
    authorization_expires_at: progress.authorizationExpiresAt ?? null,
    allowed: [...allowedTransitions(progress.status)],
  };
}
