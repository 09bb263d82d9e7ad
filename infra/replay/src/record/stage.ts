import { orderProgressQuery, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually, HopelessError, type PostgresServer } from '@oms/stack';
import {
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  type SimulatorFault,
  type TestStack,
} from '@oms/testing';

export interface Payable {
  readonly reference: string;
  readonly body: Record<string, unknown>;
}

export interface PayableOptions {
  readonly stockedUnits?: number;
  readonly authorizedMinor?: number;
  readonly currency?: string;
  /** The status of the payment at the provider, as Stripe calls it. */
  readonly status?: string;
  /** How long the provider holds the money. */
  readonly heldForSeconds?: number;
  /** Fields of the order over the usual ones. */
  readonly order?: Readonly<Record<string, unknown>>;
}

/** What every path does with a stack, in the words in which a path is told. */
export interface StackStage {
  readonly stack: TestStack;
  /** An order that nobody has placed yet, with its stock and its payment. */
  payable(options?: PayableOptions): Promise<Payable>;
  /** @returns the order's id */
  place(body: Record<string, unknown>): Promise<string>;
  /** Makes the provider fail at this payment until {@link Stage.mend} is called, or a number of times. */
  breakPayment(reference: string, fault: Omit<SimulatorFault, 'paymentIntent'>): Promise<void>;
  mend(): Promise<void>;
  /** Resolves when the fault of this payment has happened. */
  untilBroken(reference: string): Promise<void>;
  /** Resolves when the order waits out a fault; rejects at once when its workflow has ended instead. */
  untilWaiting(orderId: string): Promise<void>;
  /** Requests the cancellation of the order's workflow. */
  cancel(orderId: string): Promise<void>;
  /** Resolves when nothing more happens to the order: it is cancelled, or confirmed and with the warehouse. */
  untilAtRest(orderId: string): Promise<void>;
}

/** A stack whose database some paths take away. */
export interface Stage extends StackStage {
  readonly postgres: PostgresServer;
}

const longEnough = { timeoutMs: 180_000 } as const;

export function createStage(stack: TestStack): StackStage {
  const workflowOf = (orderId: string) => stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  return {
    stack,
    async payable({ stockedUnits = 10, authorizedMinor = orderBodyTotalMinor, order, ...payment } = {}) {
      const level = await stack.stock(stockedUnits);
      const reference = await stack.simulator.authorization(authorizedMinor, payment);
      return {
        reference,
        body: orderBody({ payment_reference: reference, items: [orderItem(level)], ...order }),
      };
    },
    place: async (body) => (await placeAsClientsDo(stack.api, body)).body.order_id,
    async breakPayment(reference, fault) {
      await stack.simulator.fault({ ...fault, paymentIntent: reference });
    },
    async mend() {
      await stack.simulator.clearFaults();
    },
    async untilBroken(reference) {
      await eventually(
        'the fault',
        async () => ((await stack.simulator.hasFired(reference)) ? true : undefined),
        longEnough,
      );
    },
    untilWaiting: (orderId) => untilWaiting(stack, orderId),
    async cancel(orderId) {
      await workflowOf(orderId).cancel();
    },
    untilAtRest: (orderId) => untilAtRest(stack, orderId),
  };
}

async function untilWaiting(stack: TestStack, orderId: string): Promise<void> {
  const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  await eventually(
    `order ${orderId} waiting`,
    async () => {
      const { status } = await workflow.describe();
      if (status.name !== 'RUNNING')
        throw new HopelessError(`order ${orderId} does not wait: ${status.name}`);
      return (await workflow.query(orderProgressQuery)).waiting;
    },
    longEnough,
  );
}

async function untilAtRest(stack: TestStack, orderId: string): Promise<void> {
  const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  const { status } = await stack.orderReaching(orderId, ['confirmed', 'cancelled'], longEnough.timeoutMs);
  if (status === 'cancelled') {
    await workflow.result();
    return;
  }
  await eventually(
    `order ${orderId} being open`,
    async () => {
      const { step } = await workflow.query(orderProgressQuery);
      return step.startsWith('the order is open') ? true : undefined;
    },
    longEnough,
  );
}
