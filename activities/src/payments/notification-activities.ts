import { isAwaitedBy, isFactAbout, type PaymentNotification } from '@oms/domain';
import type { NotifiedOrder } from '@oms/contracts/temporal';
import { findPayingOrders, recordPaymentNotification, type Database } from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';

export type NotificationActivities = ReturnType<typeof createNotificationActivities>;

/** The handling of all notifications. It needs the database alone: no provider is asked. */
export function createNotificationActivities({ database }: { readonly database: Database }) {
  return {
    /** Keeps a notification once, and finds the orders that it may concern. May be repeated. */
    receiveNotification: (notification: PaymentNotification): Promise<readonly NotifiedOrder[]> =>
      receiveNotification(database, notification),
  };
}

async function receiveNotification(
  database: Database,
  notification: PaymentNotification,
): Promise<readonly NotifiedOrder[]> {
  return withDatabase(async () => {
    // Recorded first: an order that is recorded after this one was looked for finds the notification.
    await recordPaymentNotification(database, notification);
    const orders = await findPayingOrders(database, notification);
    return orders.map((order) => ({
      orderId: order.orderId,
      tenantId: order.tenantId,
      orgId: order.orgId,
      isConcerned: isFactAbout(order, notification),
      isWaiting: isAwaitedBy(order, notification),
    }));
  });
}
