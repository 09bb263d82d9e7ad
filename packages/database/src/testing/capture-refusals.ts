import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const requested = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('capture_requests', { order_id: fixture.paid, ordinal: 1, amount_minor: 5, ...changes });

const refusal = (by: string, guarantee: string, changes: Values): Refusal => ({
  ...{ by, guarantee },
  attempt: (fixture) => requested(fixture, changes),
});

const settings = ['capture_policy', 'split_shipments', 'lapsing_authorizations'];

export const captureRefusals: readonly Refusal[] = [
  {
    by: 'capture_requests_pkey',
    guarantee: 'two requests that came first',
    attempt: (fixture) => {
      const declined = { status: 'declined', reason: 'no', settled_at: 'now' };
      return `${requested(fixture, declined)}; ${requested(fixture, declined)}`;
    },
  },
  {
    by: 'capture_requests_pending_key',
    guarantee: 'two captures at a time',
    attempt: (fixture) => `${requested(fixture)}; ${requested(fixture, { ordinal: 2 })}`,
  },
  refusal('capture_requests_order_id_fkey', 'a capture of a payment that no order has', { order_id: newId }),
  refusal('capture_requests_amount_check', 'a capture of nothing', { amount_minor: 0 }),
  refusal('capture_requests_status_check', 'a request that nobody answers', { status: 'lost' }),
  refusal('capture_requests_status_check', 'an answer at no time', { status: 'dropped' }),
  refusal('capture_requests_status_check', 'a time of no answer', { settled_at: 'now' }),
  refusal('capture_requests_reason_check', 'a declined one without a reason', {
    ...{ status: 'declined', settled_at: 'now' },
  }),
  refusal('capture_requests_reason_check', 'a reason of one that is not declined', { reason: 'no' }),
  ...settings.map((setting): Refusal => ({
    by: 'tenant_settings_capture_check',
    guarantee: `a ${setting} that nobody knows`,
    attempt: () => `UPDATE tenant_settings SET ${setting} = 'later'`,
  })),
  ...settings.map((setting): Refusal => ({
    by: 'orders_capture_check',
    guarantee: `an order with a ${setting} that nobody knows`,
    attempt: ({ placed }) => `UPDATE orders SET ${setting} = 'later' WHERE id = '${placed}'`,
  })),
  {
    by: 'shipments_paid_check',
    guarantee: 'goods that leave before their payment is captured',
    says: 'its payment is not captured',
    attempt: ({ placed }) =>
      `UPDATE orders SET capture_policy = 'at_shipment' WHERE id = '${placed}';
       ${insertOf('shipments', { id: newId, order_id: placed, ordinal: 1 })}`,
  },
];
