import { orderWorkflowId, orderWorkflowType, paymentNotifiedSignal } from '@oms/contracts/temporal';
import { findOrderToStart, findPayingOrders, recordPaymentNotification, type Database } from '@oms/database';
import { isAwaitedBy, type OrderRef, type PayingOrder, type PaymentNotification } from '@oms/domain';
import { startFromRecords, type Temporal } from '@oms/temporal';
import { WorkflowNotFoundError } from '@temporalio/client';

/** Keeps notifications of payment providers, and tells the orders. */
export interface NotificationInbox {
  /**
   * Resolves when the notification is kept and every order is told that it concerns. From then on an order's workflow settles
   * it, whatever becomes of this process. A repeated notification is told again until it is settled.
   *
   * Rejects when any of that is uncertain; the provider delivers the notification again.
   */
  receive(notification: PaymentNotification): Promise<void>;
}

const signalTimeoutMs = 5_000;

/** Keeps notifications in PostgreSQL, and tells orders by a signal. */
export function createNotificationInbox({
  database,
  temporal,
}: {
  readonly database: Database;
  readonly temporal: Temporal;
}): NotificationInbox {
  return {
    async receive(notification) {
      // Recorded first: an order that claims the payment after the lookup finds the notification itself.
      await recordPaymentNotification(database, notification);
      const orders = await findPayingOrders(database, notification);
      const told = orders.filter((order) => order.owesSettlement || isAwaitedBy(order, notification));
      await Promise.all(told.map((order) => tell(database, temporal, order)));
    },
  };
}

/** Signals the workflow of an order. An order whose workflow is gone gets a run where its records say that it needs one. */
async function tell(
  database: Database,
  { client, named }: Temporal,
  { owesSettlement, ...ref }: PayingOrder & OrderRef,
): Promise<void> {
  const within = <Result>(call: () => Promise<Result>): Promise<Result> =>
    client.withDeadline(Date.now() + signalTimeoutMs, call);
  try {
    const workflow = client.workflow.getHandle(named(orderWorkflowId(ref.orderId)));
    await within(() => workflow.signal(paymentNotifiedSignal, { owesSettlement }));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const order = await findOrderToStart(database, ref);
    if (!order?.isOpen) return;
    await within(() =>
      client.workflow.signalWithStart(orderWorkflowType, {
        ...startFromRecords(named, order),
        signal: paymentNotifiedSignal,
        signalArgs: [{ owesSettlement }],
      }),
    );
  }
}
