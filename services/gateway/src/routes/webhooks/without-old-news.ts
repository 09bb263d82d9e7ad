import { isOldNews, type PayingOrder, type PaymentNotification } from '@oms/domain';
import type { Logger } from '@oms/observability';

import type { NotificationStarter } from '../../temporal/notification-starter.js';

export interface OldNewsDeps {
  readonly notifications: NotificationStarter;
  readonly findPayingOrders: (notification: PaymentNotification) => Promise<readonly PayingOrder[]>;
  readonly log: Logger;
}

/**
 * Hands on what is news. Of every order that is paid at Stripe the capture is said twice: in the answer to the request
 * for it, and by a notification while that answer is being booked, with which there is nothing to do. Where it cannot be
 * seen what orders know, everything is news.
 */
export function withoutOldNews({ notifications, findPayingOrders, log }: OldNewsDeps): NotificationStarter {
  return {
    async start(notification) {
      const { provider, eventId, kind, reference } = notification;
      let orders: readonly PayingOrder[] = [];
      try {
        orders = await findPayingOrders(notification);
      } catch (error) {
        log.warn({ err: error, provider, eventId }, 'it cannot be seen what orders know of a notification');
      }
      if (!isOldNews(notification, orders)) return notifications.start(notification);
      const orderIds = orders.map(({ orderId }) => orderId);
      log.info({ provider, eventId, kind, reference, orderIds }, 'a notification says what is known');
    },
  };
}
