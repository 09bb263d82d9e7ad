import {
  cancellationReasons,
  orderFlags,
  requestableStatuses,
  orderStatuses,
  paymentStatuses,
  type CancellationReason,
  type OrderFlag,
  type OrderStatus,
  type PaymentStatus,
} from '@oms/domain';
import { z } from 'zod';

import { timeoutCode } from '../../temporal/kit/failure-type.js';
import type { OperatorAction } from '../../temporal/operators/operator-actions.js';
import { namedResources } from '../kit/named-schemas.js';

const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** The current step of an order, and the fault that it waits for. */
export const orderStatusResource = z
  .strictObject({
    id: z.string().meta({ format: 'uuid' }),
    number: z.string().nullable(),
    status: z.enum(orderStatuses),
    payment_status: z.enum(paymentStatuses),
    cancellation_reason: z
      .enum(cancellationReasons)
      .nullable()
      .meta({ description: 'Why the order is cancelled, or is being cancelled. Null: it is not.' }),
    flags: z.array(z.enum(orderFlags)).meta({ description: 'What somebody has to look at.' }),
    step: z.string().meta({ description: 'What is being done, in plain words.' }),
    attempt_started_at: timestamp.nullable().meta({
      description: 'When the attempt at this step began that is under way. Null: none is.',
    }),
    waiting: z
      .strictObject({
        code: z.string().meta({ description: 'Which kind of fault it is.' }),
        fault: z.string().meta({
          description: 'The last fault in words; whoever may operate orders sees those of whoever made it.',
        }),
        since: timestamp.nullable(),
        attempts: z.int().nullable(),
        next_attempt_at: timestamp.nullable().meta({
          description:
            'Null: an attempt is under way, or there is none by itself before an operator asks for one.',
        }),
        given_up_at: timestamp.nullable().meta({
          description:
            "When the order is cancelled, and undone, unless it goes on before: the tenant's `pending_limit_seconds`. Null: it is not.",
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
  })
  .register(namedResources, { id: 'OrderStatus' });

/** The words for a fault and for its end, by the type of the fault. */
const faults: Readonly<Record<string, { readonly fault: string; readonly unblockedBy: string }>> = {
  DatabaseUnavailable: { fault: 'PostgreSQL does not answer', unblockedBy: 'PostgreSQL answering again' },
  RecordRefused: {
    fault: 'PostgreSQL refuses what is to be recorded',
    unblockedBy: 'an operator who makes it possible to record it, and then retries',
  },
  PaymentProviderUnavailable: {
    fault: 'the payment provider does not answer',
    unblockedBy: 'the payment provider answering again',
  },
  PaymentOutcomeUnknown: {
    fault: 'the payment provider may have done what it was asked',
    unblockedBy: 'the payment provider saying what became of the last request',
  },
  PaymentOutcomePending: {
    fault: 'the payment provider has yet to say what becomes of it',
    unblockedBy: "the payment provider's notification of what became of it",
  },
  PaymentProviderNotConfigured: {
    fault: 'no payment worker is configured for this provider',
    unblockedBy: 'a payment worker that is configured for this provider',
  },
  UnexpectedRecord: {
    fault: "the order's record is not what its workflow expects",
    unblockedBy: "an operator's look at the order's record and its workflow",
  },
  PaymentReversalRefused: {
    fault: 'the payment provider refuses to give the money back',
    unblockedBy: 'somebody who settles with the payment provider why it keeps the money',
  },
  NoWorker: {
    fault: 'no worker takes what is to be done',
    unblockedBy: 'a worker of the step’s queue that runs and reaches Temporal',
  },
  NoWorkflow: {
    fault: "the order's workflow is gone, so that nothing carries the order on",
    unblockedBy: 'an operator who retries, or any change: the order goes on from its records',
  },
  [timeoutCode]: {
    fault: 'no worker finished the step in time',
    unblockedBy: 'a worker of the step’s queue that runs',
  },
};
const otherFault = {
  fault: 'something that has no name stands in the way',
  unblockedBy: "an operator's look at the workflow",
};

/** The progress of an order at this moment. Times are ISO 8601. */
export interface OrderProgress {
  readonly orderId: string;
  readonly number?: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly cancellationReason?: CancellationReason;
  readonly flags: readonly OrderFlag[];
  /** The current step in plain words, such as "the payment is being captured". */
  readonly step: string;
  /** The start of the running attempt. Absent between attempts. */
  readonly attemptStartedAt?: string;
  /** Set while the order waits because of a fault. */
  readonly waiting?: {
    /** The type of the last failure, or `NoWorker`, `NoWorkflow`. */
    readonly code?: string;
    /** The message of the database or the provider. Only operators see it. */
    readonly fault?: string;
    readonly since?: string;
    readonly attempts?: number;
    /** Absent while an attempt runs, and where no further attempt follows. */
    readonly nextAttemptAt?: string;
    readonly givenUpAt?: string;
  };
  readonly authorizationExpiresAt?: string;
  /** The actions open to an operator. */
  readonly actions?: readonly OperatorAction[];
}

/** The paths of operators' actions on the Orders API, below the path of the order. */
export const operationPaths = {
  retry: '/operations/retry',
  give_up: '/operations/give-up',
  resolve_payment: '/operations/resolve-payment',
} as const satisfies Record<OperatorAction['action'], string>;

/**
 * Renders the progress of an order.
 *
 * @param isForOperator whether to show the message of the database or the provider; all others see the kind of fault
 */
export function renderOrderStatus(
  progress: OrderProgress,
  { isForOperator }: { readonly isForOperator: boolean },
): z.output<typeof orderStatusResource> {
  const { waiting } = progress;
  const code = waiting?.code ?? timeoutCode;
  const { fault, unblockedBy } = faults[code] ?? otherFault;
  return {
    id: progress.orderId,
    number: progress.number ?? null,
    status: progress.status,
    payment_status: progress.paymentStatus,
    cancellation_reason: progress.cancellationReason ?? null,
    flags: [...progress.flags],
    step: progress.step,
    attempt_started_at: progress.attemptStartedAt ?? null,
    waiting: waiting
      ? {
          code,
          fault: (isForOperator ? waiting.fault : undefined) ?? fault,
          since: waiting.since ?? null,
          attempts: waiting.attempts ?? null,
          next_attempt_at: waiting.nextAttemptAt ?? null,
          given_up_at: waiting.givenUpAt ?? null,
          unblocked_by: unblockedBy,
          actions: (progress.actions ?? []).map(({ action, update }) => ({
            action,
            method: 'POST' as const,
            path: `/api/v1/oms/orders/${progress.orderId}${operationPaths[action]}`,
            update,
          })),
        }
      : null,
    authorization_expires_at: progress.authorizationExpiresAt ?? null,
    allowed: [...requestableStatuses(progress.status)],
  };
}
