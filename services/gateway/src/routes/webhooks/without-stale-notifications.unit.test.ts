import type { PayingOrder, PaymentNotification } from '@oms/domain';
import { createLogger } from '@oms/observability';
import { describe, expect, it } from 'vitest';

import { withoutStaleNotifications } from './without-stale-notifications.js';

const notification: PaymentNotification = {
  ...{ provider: 'stripe', eventId: 'evt_1', kind: 'captured', reference: 'pi_1' },
  occurredAt: '2026-11-21T10:00:00.000Z',
};
const confirmed: PayingOrder = {
  ...{ orderId: 'one', isOwner: true, status: 'confirmed', paymentStatus: 'captured', flags: [] },
};

/** @returns the ids of the events that were passed on */
async function handOn(findPayingOrders: () => Promise<readonly PayingOrder[]>): Promise<readonly string[]> {
  const started: string[] = [];
  const notifications = withoutStaleNotifications({
    notifications: {
      start: ({ eventId }) => {
        started.push(eventId);
        return Promise.resolve();
      },
    },
    findPayingOrders,
    log: createLogger({ service: 'gateway', level: 'silent' }),
  });
  await notifications.start(notification);
  return started;
}

describe('a notification', () => {
  it('is passed on if an order does not know it yet', async () => {
    expect(await handOn(() => Promise.resolve([{ ...confirmed, status: 'cancelled' }]))).toEqual(['evt_1']);
    expect(await handOn(() => Promise.resolve([]))).toEqual(['evt_1']);
  });

  it('is not handed on where every order knows it', async () => {
    expect(await handOn(() => Promise.resolve([confirmed]))).toEqual([]);
  });

  it('is handed on where the database does not say what orders know', async () => {
    expect(await handOn(() => Promise.reject(new Error('PostgreSQL is away')))).toEqual(['evt_1']);
  });
});
