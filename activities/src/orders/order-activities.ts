import {
  OrderEventType,
  OrderFlag,
  OrderStatus,
  type Actor,
  type OrderFacts,
  type OrderRef,
} from '@oms/domain';
import {
  FailureType,
  type CancelOrderInput,
  type ChangeOrderInput,
  type ChangeOrderResult,
  type ExpiringAuthorization,
  type OrderWorkflowInput,
  type RecordOrderResult,
} from '@oms/contracts/temporal';
import {
  applyOrderCommand,
  changeOrderStatus,
  findOrderFacts,
  findRecordedOrder,
  flagOrder,
  recordGiveUp,
  recordOrder,
  rememberOrderCommand,
  type Database,
  type OrderToRecord,
  type StatusChange,
} from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';

const actor: Actor = { type: 'system', id: 'orders' };

export type OrderActivities = ReturnType<typeof createOrderActivities>;

/**
 * What moves an order's record. Each is one short idempotent statement, so that they can run as local activities:
 * repeated after a lost task, they change nothing.
 */
export function createOrderActivities({ database }: { readonly database: Database }) {
  return {
    /** Records the order, or finds it as it was recorded before. */
    recordOrder: (input: OrderWorkflowInput): Promise<RecordOrderResult> =>
      withDatabase(async () => {
        const { order } = input;
        const recorded = order
          ? await recordOrder(database, { ...input, order, ...cancellationOf(input) })
          : await findRecordedOrder(database, input);
        if (recorded) return recorded;
        throw ApplicationFailure.create({
          type: FailureType.UnexpectedRecord,
          message: `order ${input.orderId} was recorded by an earlier run and is not in the database`,
        });
      }),

    /** Moves a draft to `pending`: from here on it is paid for and confirmed, or cancelled. */
    placeDraft: (ref: OrderRef): Promise<OrderStatus> =>
      moveOrder(database, ref, {
        from: OrderStatus.Draft,
        to: OrderStatus.Pending,
        event: OrderEventType.OrderPlaced,
        actor,
      }),

    /** Decides a change and, where it is accepted, makes it, once. A refusal is a result. */
    changeOrder: (input: ChangeOrderInput): Promise<ChangeOrderResult> =>
      withDatabase(() => applyOrderCommand(database, input)),

    /** Keeps the answer of a change that the workflow made step by step. */
    rememberChange: (input: ChangeOrderInput): Promise<ChangeOrderResult> =>
      withDatabase(() => rememberOrderCommand(database, input)),

    /** Keeps who gave the order up and why, before anything is undone. */
    recordGiveUp: (input: ChangeOrderInput): Promise<void> =>
      withDatabase(() => recordGiveUp(database, input)),

    /** All that decisions about the order depend on, as it is now. */
    loadOrderFacts: (ref: OrderRef): Promise<OrderFacts> => withDatabase(() => findOrderFacts(database, ref)),

    /** Flags an order whose authorisation lapses before long. */
    flagExpiringAuthorization: (input: ExpiringAuthorization): Promise<OrderFacts> =>
      withDatabase(() => flagExpiring(database, input)),

    /** Moves a pending order to `confirmed`. */
    confirmOrder: (ref: OrderRef): Promise<OrderStatus> =>
      moveOrder(database, ref, {
        from: OrderStatus.Pending,
        to: OrderStatus.Confirmed,
        event: OrderEventType.OrderConfirmed,
        actor,
      }),

    /** Moves an order to `cancelled` with its reason. Its stock and money are given back before. */
    cancelOrder: (input: CancelOrderInput): Promise<OrderStatus> =>
      moveOrder(database, input, {
        from: input.from,
        to: OrderStatus.Cancelled,
        event: OrderEventType.OrderCancelled,
        actor: input.actor ?? actor,
        cancellation: input.refusal,
      }),
  };
}

function cancellationOf({ refusal }: OrderWorkflowInput): Pick<OrderToRecord, 'cancellation'> {
  if (!refusal) return {};
  const { reason, detail, change } = refusal;
  return { cancellation: { reason, detail, actor: change?.actor ?? actor } };
}

async function moveOrder(database: Database, ref: OrderRef, change: StatusChange): Promise<OrderStatus> {
  const result = await withDatabase(() => changeOrderStatus(database, ref, change));
  if (result.kind === 'moved') return change.to;
  throw ApplicationFailure.create({
    type: FailureType.UnexpectedRecord,
    message: `order ${ref.orderId} is ${result.status} in the database, which its workflow did not do`,
  });
}

async function flagExpiring(
  database: Database,
  { expiresAt, ...ref }: ExpiringAuthorization,
): Promise<OrderFacts> {
  const fact = { about: expiresAt, data: { expiresAt }, actor };
  const news = await flagOrder(database, ref, OrderFlag.AuthorizationExpiring, fact);
  return news ?? findOrderFacts(database, ref);
}
