import type { NewOrder } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { describeNewOrder, summarizeNewOrder } from './describe-new-order.js';

const line = { quantity: 1, unitPriceMinor: 100, requiresShipping: true };

function newOrder(changes: Partial<NewOrder> = {}): NewOrder {
  return {
    currency: 'USD',
    currencyExponent: 2,
    paymentProvider: 'stripe',
    paymentReference: 'pi_1',
    channel: 'web-storefront',
    metadata: {},
    totals: { subtotalMinor: 17_998, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 17_998 },
    lines: [
      { productTitle: 'Classic Wool Sweater', quantity: 2, unitPriceMinor: 8_999, requiresShipping: true },
    ],
    ...changes,
  };
}

describe('the summary of an order', () => {
  it('says in one line what it is', () => {
    expect(summarizeNewOrder(newOrder())).toBe('2 items, 179.98 USD, `web-storefront`');
  });

  it('has no channel where the order has none', () => {
    const { channel: _, ...withoutChannel } = newOrder();
    expect(summarizeNewOrder({ ...withoutChannel, lines: [line] })).toBe('1 item, 179.98 USD');
  });

  it.each(['🧶', '`'])('stays within what Temporal takes where the channel is all %s', (character) => {
    const summary = summarizeNewOrder(newOrder({ channel: character.repeat(255) }));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(400);
  });

  it('shows a client’s words and renders none of them', () => {
    expect(summarizeNewOrder(newOrder({ channel: '[web](http://e.example)' }))).toBe(
      '2 items, 179.98 USD, `[web](http://e.example)`',
    );
  });
});

describe('the details of an order', () => {
  it.each(['🧶', '`'])('stay within what Temporal takes where all titles are all %s', (character) => {
    const lines = Array.from({ length: 500 }, () => ({ ...line, productTitle: character.repeat(255) }));
    const details = describeNewOrder(newOrder({ lines }));
    expect(Buffer.byteLength(details)).toBeLessThanOrEqual(20_000);
    expect(details).toContain('and 450 more lines');
  });

  it('show a client’s words and render none of them', () => {
    const productTitle = '[click](javascript:alert(1)) <img src=x>\n# Heading';
    const details = describeNewOrder(newOrder({ lines: [{ ...line, productTitle }] }));
    expect(details).toContain('\n- 1 × `[click](javascript:alert(1)) <img src=x> # Heading` at 1.00');
  });

  it('say nothing of the person who ordered', () => {
    const order: NewOrder = newOrder({
      shippingAddress: { line1: 'Secret Street 1', city: 'Hiddenham', country: 'GB', name: 'Jo Doe' },
    });
    expect(describeNewOrder(order)).not.toMatch(/Secret|Hiddenham|Jo Doe/);
  });
});
