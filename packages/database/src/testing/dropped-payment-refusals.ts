import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const dropped = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('dropped_payments', {
    ...{ order_id: fixture.paid, ordinal: 1, provider: 'stripe', reference: 'pi_before' },
    ...{ operation: 'void', amount_minor: 5, currency: 'USD', ...changes },
  });

const refusal = (by: string, guarantee: string, changes: Values): Refusal => ({
  ...{ by, guarantee },
  attempt: (fixture) => dropped(fixture, changes),
});

export const droppedPaymentRefusals: readonly Refusal[] = [
  {
    by: 'dropped_payments_pkey',
    guarantee: 'two payments that were dropped first',
    attempt: (fixture) => `${dropped(fixture)}; ${dropped(fixture)}`,
  },
  refusal('dropped_payments_order_id_fkey', 'a payment that no order has dropped', { order_id: newId }),
  refusal('dropped_payments_ordinal_check', 'a payment that was dropped before the first', { ordinal: 0 }),
  refusal('dropped_payments_operation_check', 'a release that no provider has', { operation: 'capture' }),
  refusal('dropped_payments_money_check', 'a release of nothing', { amount_minor: 0 }),
  refusal('dropped_payments_money_check', 'a release of an unknown amount', { amount_minor: null }),
  refusal('dropped_payments_money_check', 'a release in no currency', { currency: null }),
  refusal('dropped_payments_money_check', 'an amount of a payment that is not released', { operation: null }),
];
