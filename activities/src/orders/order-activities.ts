import { OrderEventType, OrderFlag, OrderStatus, type Actor, type Refusal, type OrderRef } from '@oms/domain';
import {
  FailureType,
  type AppliedOrderResult,
  type CancelOrderResult,
  type ChangeOrderInput,
  type ChangeOrderResult,
  type ExpiringAuthorization,
  type ExpiringReturns,
  type OrderStanding,
  type OrderToPlace,
  type PlaceDraftResult,
  type RecordOrderResult,
  type CancellationDecision,
  type RefuseOrderInput,
  type RefuseOrderResult,
} from '@oms/contracts/temporal';
import {
  applyOrderCommand,
  cancelOrder,
  changeOrderStatus,
  expireReturns,
  findRecordedOrder,
  findStanding,
  flagOrder,
  guardAuthorization,
  placeDraft,
  recordOrder,
  refuseOrder,
  rememberOrderCommand,
  type Database,
  type OrderToRecord,
} from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { retryingRefusals, withDatabase } from '../kit/database-fault.js';
import { ifWellFormed } from '../kit/well-formed.js';
import { resumeSteps } from './resume-steps.js';

const actor: Actor = { type: 'system', id: 'orders' };

/** The change that the passing of time requests; an order has at most one. */
const closing = {
  ...{ commandId: 'return-window', requestHash: '', requestId: 'return-window' },
  actor: { type: 'system', id: 'return-window' },
  command: { type: 'close' },
} as const satisfies Omit<ChangeOrderInput, keyof OrderRef>;

export type OrderActivities = ReturnType<typeof createOrderActivities>;

/** The content of an order's record, and the refusal that was decided against the order meanwhile. */
export interface RecordOrderInput extends OrderRef {
  /** Absent if the order is recorded already. */
  readonly toPlace?: OrderToPlace;
  readonly refusal?: CancellationDecision;
}

/** The writes of an order's record. Each is one short transaction, may be repeated, and returns the order's standing. */
export function createOrderActivities({ database }: { readonly database: Database }) {
  return {
    /** Records the order, or finds its earlier record. */
    recordOrder: (input: RecordOrderInput): Promise<RecordOrderResult> =>
      withDatabase(() => record(database, input)),

    /** Decides whether a draft is placed. A placed one is reserved, paid for and confirmed, or else cancelled. */
    placeDraft: (input: ChangeOrderInput): Promise<PlaceDraftResult> =>
      ifWellFormed(input, (change) => withDatabase(() => placeDraft(database, change))),

    /** Decides a change and, if it is accepted, makes it once. A refusal is a result. */
    changeOrder: (input: ChangeOrderInput): Promise<AppliedOrderResult> =>
      ifWellFormed(input, (change) => withDatabase(() => applyOrderCommand(database, change))),

    /** Keeps the answer of a change that took several steps of the workflow. */
    rememberChange: (input: ChangeOrderInput): Promise<ChangeOrderResult> =>
      withDatabase(() => rememberOrderCommand(database, input)),

    /** Decides and records the cancellation, before anything is undone. */
    refuseOrder: ({ refusal, ...ref }: RefuseOrderInput): Promise<RefuseOrderResult> =>
      refusal.change
        ? ifWellFormed(refusal.change, (change) =>
            withDatabase(() => refuseOrder(database, { ...ref, refusal: { ...refusal, change } })),
          )
        : saidOrUnsaid({ ...ref, refusal }, (said) => refuseOrder(database, said)),

    /** Cancels the order with its reason. Stock and money are returned before. */
    cancelOrder: (input: RefuseOrderInput): Promise<CancelOrderResult> =>
      saidOrUnsaid(input, ({ refusal, ...ref }) => cancelOrder(database, ref, refusal)),

    /** Reads the order's present standing from the records. */
    lookAtOrder: (ref: OrderRef): Promise<OrderStanding> => withDatabase(() => findStanding(database, ref)),

    /** Flags an order whose authorisation expires soon. */
    flagExpiringAuthorization: (input: ExpiringAuthorization): Promise<OrderStanding> =>
      withDatabase(() => flagExpiring(database, input)),

    /** Does what the tenant's settings say about an order whose authorisation lapses before it has shipped. */
    guardAuthorization: (ref: OrderRef): Promise<OrderStanding> => withDatabase(() => guard(database, ref)),

    /** Moves a pending order to `confirmed`. */
    confirmOrder: (ref: OrderRef): Promise<OrderStanding> => withDatabase(() => confirm(database, ref)),

    /** Closes the order once its return window has passed, or finds that it cannot be closed any more. */
    closeOrder: (ref: OrderRef): Promise<AppliedOrderResult> =>
      retryingRefusals(() => withDatabase(() => applyOrderCommand(database, { ...ref, ...closing }))),

    /** Ends the approved returns that have expired. */
    expireReturns: (input: ExpiringReturns): Promise<OrderStanding> =>
      withDatabase(() => expireReturns(database, input)),

    /** The refusal of a malformed change, for changes that the workflow acts on before any transaction does. */
    checkChange: (change: Pick<ChangeOrderInput, 'command'>): Promise<Refusal | undefined> =>
      ifWellFormed(change, () => Promise.resolve(undefined)),

    /** Retries at once the waiting steps of the calling workflow, unless the change that requests it is malformed. */
    resumeSteps: (change?: Pick<ChangeOrderInput, 'command'>): Promise<Refusal | undefined> =>
      change ? ifWellFormed(change, resumeSteps) : resumeSteps(),
  };
}

async function record(
  database: Database,
  { toPlace, refusal, ...ref }: RecordOrderInput,
): Promise<RecordOrderResult> {
  const recorded = toPlace
    ? await recordOrder(database, { ...ref, ...toPlace, ...cancellationOf(refusal) })
    : await findRecordedOrder(database, ref);
  if (recorded) return recorded;
  throw ApplicationFailure.create({
    type: FailureType.UnexpectedRecord,
    message: `order ${ref.orderId} was recorded by an earlier run and is not in the database`,
  });
}

function cancellationOf(refusal: CancellationDecision | undefined): Pick<OrderToRecord, 'cancellation'> {
  if (!refusal) return {};
  const { reason, detail, change } = refusal;
  return {
    cancellation: { reason, detail, actor: change?.actor ?? actor, ...(change ? { change } : {}) },
  };
}

/** The database may refuse the words of a decision. Then the order is cancelled without them. */
async function saidOrUnsaid<Result>(
  input: RefuseOrderInput,
  work: (input: RefuseOrderInput) => Promise<Result>,
): Promise<Result> {
  try {
    return await withDatabase(() => work(input));
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== FailureType.RecordRefused) throw error;
    const { reason } = input.refusal;
    return retryingRefusals(() => withDatabase(() => work({ ...input, refusal: { reason, detail: '' } })));
  }
}

async function confirm(database: Database, ref: OrderRef): Promise<OrderStanding> {
  const { Pending, Confirmed } = OrderStatus;
  const change = { from: Pending, to: Confirmed, event: OrderEventType.OrderConfirmed, actor } as const;
  const result = await changeOrderStatus(database, ref, change);
  if (result.kind === 'moved') return findStanding(database, ref);
  throw ApplicationFailure.create({
    type: FailureType.UnexpectedRecord,
    message: `order ${ref.orderId} is ${result.status} in the database, which its workflow did not do`,
  });
}

async function guard(database: Database, ref: OrderRef): Promise<OrderStanding> {
  const guarded = await guardAuthorization(database, ref, actor);
  if (guarded.kind === 'flag') return flagExpiring(database, { ...ref, expiresAt: guarded.expiresAt });
  return findStanding(database, ref);
}

async function flagExpiring(
  database: Database,
  { expiresAt, ...ref }: ExpiringAuthorization,
): Promise<OrderStanding> {
  const fact = { about: expiresAt, data: { expiresAt }, actor };
  await flagOrder(database, ref, OrderFlag.AuthorizationExpiring, fact);
  return findStanding(database, ref);
}
