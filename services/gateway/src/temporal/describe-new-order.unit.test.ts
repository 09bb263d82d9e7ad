import type { NewOrder } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { newOrder } from '../testing/orders.js';
import { describeNewOrder, summarizeNewOrder } from './describe-new-order.js';

const line = { quantity: 1, unitPriceMinor: 100, requiresShipping: true };

describe('the summary of an order', () => {
  it('says in one line what it is', () => {
    expect(summarizeNewOrder(newOrder())).toBe('2 items, 179.98 USD, web-storefront');
  });

  it('has no channel where the order has none', () => {
    const { channel: _, ...withoutChannel } = newOrder();
    expect(summarizeNewOrder({ ...withoutChannel, lines: [line] })).toBe('1 item, 179.98 USD');
  });

  it('stays within what Temporal takes, whatever the channel', () => {
    const summary = summarizeNewOrder(newOrder({ channel: '🧶'.repeat(255) }));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(400);
  });
});

describe('the details of an order', () => {
  it('stay within what Temporal takes, whatever the lines', () => {
    const lines = Array.from({ length: 500 }, () => ({ ...line, productTitle: '*'.repeat(255) }));
    const details = describeNewOrder(newOrder({ lines }));
    expect(Buffer.byteLength(details)).toBeLessThanOrEqual(20_000);
    expect(details).toContain('and 450 more lines');
  });

  it('show a client’s words and render none of them', () => {
    const productTitle = '[click](javascript:alert(1)) <img src=x>\n# Heading';
    const details = describeNewOrder(newOrder({ lines: [{ ...line, productTitle }] }));
    expect(details).toContain('\\[click\\]\\(javascript:alert\\(1\\)\\) \\<img src=x\\> \\# Heading');
  });

  it('say nothing of the person who ordered', () => {
    const order: NewOrder = newOrder({
      shippingAddress: { line1: 'Secret Street 1', city: 'Hiddenham', country: 'GB', name: 'Jo Doe' },
    });
    expect(describeNewOrder(order)).not.toMatch(/Secret|Hiddenham|Jo Doe/);
  });
});
