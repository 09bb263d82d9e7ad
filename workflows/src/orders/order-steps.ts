import { CancellationReason, OrderStatus, PaymentStatus, type OrderRef } from '@oms/domain';
import type { OrderWorkflowInput, Refusal } from '@oms/contracts/temporal';
import { CancellationScope } from '@temporalio/workflow';

import { createChangeSteps } from './change-steps.js';
import { createCompensation } from './compensation.js';
import { confirmOrder, placeDraft, recordOrder, reserveInventory } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import { createPaymentCalls } from './payment-calls.js';
import { GivenUp, StepRefused, type Tries, type TryUntilAnswered } from './persist.js';

/**
 * The steps of an order's story, each tried until it is answered. A step that takes something registers what gives
 * it back before it takes it.
 */
export function createOrderSteps(
  input: OrderWorkflowInput,
  state: OrderState,
  tryUntilAnswered: TryUntilAnswered,
) {
  const ref: OrderRef = { tenantId: input.tenantId, orgId: input.orgId, orderId: input.orderId };
  const payments = createPaymentCalls(ref);
  const tries: Tries = {
    remotely: tryUntilAnswered,
    locally: (step, run, options) => tryUntilAnswered(step, () => state.oneByOne(run), options),
  };
  const compensation = createCompensation(ref, state, payments, tries);
  const tryWhilePending: TryUntilAnswered = (step, run) =>
    tryUntilAnswered(step, run, { deadlineMs: pendingDeadlineMs(state), isRefusable: true });

  return {
    ...createChangeSteps(ref, state, payments, tries),
    ...createMoves(ref, state, tries),
    readBooks: () => readBooks(input, state, tries),
    undoAndCancel: (refusal: Refusal) => compensation.undoAndCancel(refusal),

    /** @throws StepRefused where the database does not take the order */
    async record(): Promise<void> {
      await record(input, state, tries);
      // An earlier run may have taken something: whatever the ledgers show is to be given back on cancellation.
      if (!input.order || input.refusal || state.status === OrderStatus.Confirmed) compensation.registerAll();
      if (state.isEnded && state.refusal) await compensation.keepAnswer(state.refusal);
    },

    async authorize(): Promise<Refusal | undefined> {
      if (state.limits?.hasProvider === false) return undefined;
      compensation.registerPayment();
      const result = await tryWhilePending('the payment is being authorised', payments.authorize);
      if (result.kind === 'refused') return result;
      state.authorization.heldUntil(result.expiresAt);
      state.paymentIs(PaymentStatus.Authorized);
      return undefined;
    },

    async reserve(): Promise<Refusal | undefined> {
      compensation.registerInventory();
      return state.stockIs(await tryWhilePending('the stock is being reserved', () => reserveInventory(ref)));
    },

    /** What gives the money back is registered already: reversing a payment refunds what was captured. */
    async capture(): Promise<Refusal | undefined> {
      if (state.limits?.hasProvider === false) return undefined;
      const result = await tryWhilePending('the payment is being captured', payments.capture);
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Captured, { publish: false });
      return undefined;
    },
  };
}

/**
 * The one step that a cancellation does not interrupt: an order that was accepted is recorded, as cancelled where it was
 * cancelled meanwhile.
 */
async function record(input: OrderWorkflowInput, state: OrderState, tries: Tries): Promise<void> {
  const recordNow = () => recordOrder({ ...input, ...(state.refusal ? { refusal: state.refusal } : {}) });
  state.record(
    await CancellationScope.nonCancellable(() =>
      tries.locally('the order is being recorded', recordNow, { isRefusable: input.order !== undefined }),
    ),
  );
}

const refusable = { isRefusable: true } as const;

/** The steps that move an order's status, and nothing else. */
function createMoves(ref: OrderRef, state: OrderState, tries: Tries) {
  return {
    /** Not interrupted: what is in the database and what the workflow believes must not part. */
    async confirm(): Promise<void> {
      const confirm = () => tries.locally('the order is being confirmed', () => confirmOrder(ref), refusable);
      state.moveTo(await CancellationScope.nonCancellable(confirm));
    },

    async placeDraft(): Promise<void> {
      state.moveTo(await tries.locally('the order is being placed', () => placeDraft(ref), refusable));
    },
  };
}

/**
 * Takes over what the books say of an order that was recorded before: they may hold a change that its workflow has never
 * heard of, where the task in which it was written was given up and nobody asked again. Only between two changes.
 */
async function readBooks(input: OrderWorkflowInput, state: OrderState, tries: Tries): Promise<void> {
  const { order: _, ...recordedBefore } = input;
  const recorded = await tries.locally('the order is being read again', () => recordOrder(recordedBefore));
  if (recorded.life.facts.version >= (state.facts?.version ?? 0)) state.record(recorded);
}

/** When a pending order is given up. */
function pendingDeadlineMs({ limits }: OrderState): number {
  if (limits?.pendingSince === undefined) return Infinity;
  return Date.parse(limits.pendingSince) + limits.pendingLimitMs;
}

/** The refusal of an order whose step was given up, or refused by the database. Any other error goes on. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof StepRefused) {
    return { reason: CancellationReason.RecordRefused, detail: `${error.step}: the database refuses it` };
  }
  if (!(error instanceof GivenUp)) throw error;
  return {
    reason: CancellationReason.PendingTooLong,
    detail: `${error.step} for longer than the tenant allows; the last fault: ${error.fault}`,
  };
}
