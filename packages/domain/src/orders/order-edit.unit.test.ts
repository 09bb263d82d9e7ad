import { describe, expect, it } from 'vitest';

import { CancellationReason } from './cancellation-reason.js';
import type { EditCommand } from './order-command.js';
import { decide } from './order-decision.js';
import { factsOfNewOrder, type OrderDetails, type OrderFacts } from './order-facts.js';
import { orderStatuses, type OrderStatus } from './order-status.js';

const home = { line1: '1 Main St', city: 'Austin', country: 'US', phone: '1', email: 'ada@x.org' };
const details: OrderDetails = {
  shippingAddress: home,
  note: 'ring twice',
  tags: ['vip'],
  metadata: { gift: 'yes', wrap: 'red' },
};

const factsIn = (status: OrderStatus, changes: Partial<OrderFacts> = {}): OrderFacts => ({
  ...factsOfNewOrder(
    status,
    { subtotalMinor: 20, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 20 },
    [{ id: 'a', quantity: 2, unitPriceMinor: 10, requiresShipping: true }],
    { code: 'USD', exponent: 2 },
  ),
  ...{ version: 7, details },
  ...changes,
});
const edit = (fields: Omit<EditCommand, 'type'>, facts = factsIn('confirmed')) =>
  decide<'edit'>(facts, { type: 'edit', ...fields });

describe('an edit', () => {
  it('leaves what it does not name, and removes what is null, inside of addresses and metadata too', () => {
    expect(
      edit({
        shippingAddress: { phone: '2', email: null },
        ...{ note: null, tags: ['b2b', 'b2b'], metadata: { gift: null, ribbon: 'blue' } },
      }),
    ).toMatchObject({
      kind: 'accepted',
      effect: {
        changed: ['metadata', 'note', 'shippingAddress', 'tags'],
        before: details,
        after: {
          shippingAddress: { line1: '1 Main St', city: 'Austin', country: 'US', phone: '2' },
          ...{ note: null, tags: ['b2b'], metadata: { wrap: 'red', ribbon: 'blue' } },
        },
      },
    });
    const removed = edit({ shippingAddress: null, tags: null, metadata: null });
    expect(removed).toMatchObject({ effect: { after: { shippingAddress: null, tags: [], metadata: {} } } });
  });

  it('changes nothing where the order has the values already', () => {
    const { city, country, phone } = home;
    expect(
      edit({
        shippingAddress: { phone, country, city },
        ...{ billingAddress: null, note: 'ring twice', tags: ['vip'], metadata: { wrap: 'red' } },
      }),
    ).toMatchObject({ effect: { changed: [], before: {}, after: {} } });
    // The whole address, with its parts in another order.
    const sameHome = Object.fromEntries(Object.entries(home).reverse());
    expect(edit({ shippingAddress: sameHome })).toMatchObject({ effect: { changed: [] } });
    expect(edit({ taxMinor: 0 }, factsIn('draft'))).toMatchObject({ effect: { changed: [] } });
  });

  it('refuses a first address that is incomplete, and names the missing part', () => {
    expect(edit({ billingAddress: { line1: 'x', country: 'US' } })).toMatchObject({
      ...{ code: 'INVALID_REQUEST', field: 'billing_address.city' },
      message: 'billing_address.city is required: the address is a new one',
    });
    expect(edit({ billingAddress: { phone: '1' } })).toMatchObject({ field: 'billing_address.line1' });
  });

  it('takes a first line for a new address, without the parts of the old one', () => {
    const moved = { line1: '2 Other Rd', city: 'Bonn', country: 'DE' };
    const moving = edit({ shippingAddress: moved });
    expect('effect' in moving && moving.effect.after).toEqual({ shippingAddress: moved });
    expect(edit({ shippingAddress: { line1: '2 Other Rd' } })).toMatchObject({
      field: 'shipping_address.city',
    });
  });

  it('refuses more metadata than an order may have', () => {
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'x']));
    expect(edit({ metadata: entries(48) })).toMatchObject({ kind: 'accepted' });
    expect(edit({ metadata: entries(49) })).toMatchObject({ code: 'INVALID_REQUEST', field: 'metadata' });
    expect(edit({ metadata: { ...entries(49), gift: null } })).toMatchObject({ kind: 'accepted' });
  });

  it('changes the payment of a draft that names one', () => {
    const payment = { paymentReference: 'pi_1' };
    const named = factsIn('draft', { details: { ...details, ...payment } });
    expect(edit({ paymentReference: 'pi_2' }, named)).toMatchObject({
      effect: { changed: ['paymentReference'], before: payment, after: { paymentReference: 'pi_2' } },
    });
    expect(edit(payment, named)).toMatchObject({ effect: { changed: [], after: {} } });
    expect(edit(payment, factsIn('draft'))).toMatchObject({
      ...{ code: 'INVALID_REQUEST', field: 'payment_reference' },
    });
  });

  it('refuses another version as stale', () => {
    expect(edit({ version: 7, note: 'x' })).toMatchObject({ kind: 'accepted' });
    expect(edit({ version: 6, note: 'x' })).toMatchObject({ code: 'STALE_VERSION', field: 'version' });
  });

  it.each(orderStatuses)('changes each field in its time: the order is %s', (status) => {
    const isBeforeShipping = ['draft', 'pending', 'confirmed', 'processing'].includes(status);
    const outcome = (fields: Omit<EditCommand, 'type'>): string => {
      const decided = edit(fields, factsIn(status));
      return decided.kind === 'refused' ? decided.code : decided.kind;
    };
    const ofDrafts = status === 'draft' ? 'accepted' : 'TRANSITION_NOT_ALLOWED';
    expect(outcome({ shippingMinor: 5 })).toBe(ofDrafts);
    expect(outcome({ taxesIncluded: true })).toBe(ofDrafts);
    if (status !== 'draft') expect(outcome({ paymentReference: 'pi_1' })).toBe(ofDrafts);
    for (const late of [
      { shippingAddress: { phone: '2' } },
      { billingAddress: home },
      { shippingMethod: 'x' },
    ]) {
      expect(outcome(late)).toBe(isBeforeShipping ? 'accepted' : 'NOTHING_LEFT_TO_SHIP');
    }
    expect(outcome({ note: 'x', tags: [], metadata: { a: 'b' } })).toBe('accepted');
  });

  it('takes notes while the order is being cancelled, and refuses an address', () => {
    const cancelling = factsIn('confirmed', { beingCancelledFor: CancellationReason.Requested });
    expect(edit({ note: 'x' }, cancelling)).toMatchObject({ kind: 'accepted' });
    expect(edit({ note: 'x', shippingMethod: 'y' }, cancelling)).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });
});
