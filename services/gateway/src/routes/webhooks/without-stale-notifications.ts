import { isStaleNotification, type PayingOrder, type PaymentNotification } from '@oms/domain';
import type { Logger } from '@oms/observability';

import type { NotificationStarter } from '../../temporal/notification-starter.js';

export interface StaleNotificationDeps {
  readonly notifications: NotificationStarter;
  readonly findPayingOrders: (notification: PaymentNotification) => Promise<readonly PayingOrder[]>;
  readonly log: Logger;
}

/**
 * Drops stale notifications and hands on all others. Stripe reports every capture twice: in the answer to the request,
 * and by a notification that arrives while the answer is recorded. While the database cannot tell what orders know, no
 * notification is stale.
 */
export function withoutStaleNotifications({
  notifications,
  findPayingOrders,
  log,
}: StaleNotificationDeps): NotificationStarter {
  return {
    async start(notification) {
      const { provider, eventId, kind, reference } = notification;
      let orders: readonly PayingOrder[] = [];
      try {
        orders = await findPayingOrders(notification);
      } catch (error) {
        log.warn({ err: error, provider, eventId }, 'it cannot be seen what orders know of a notification');
      }
      if (!isStaleNotification(notification, orders)) return notifications.start(notification);
      const orderIds = orders.map(({ orderId }) => orderId);
      log.info({ provider, eventId, kind, reference, orderIds }, 'a notification says what is known');
    },
  };
}
