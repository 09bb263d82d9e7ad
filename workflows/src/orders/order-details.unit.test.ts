import { OrderFlag, OrderStatus, PaymentStatus } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { describeOrder, type OrderToDescribe } from './order-details.js';

const input = {
  tenantId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  orgId: '16fd2706-8baf-433b-82eb-8c7fada847da',
  orderId: 'a1b2c3d4-e5f6-4890-abcd-ef1234567890',
} as const;

const waitingFor = (fault: string): OrderToDescribe => ({
  status: OrderStatus.Pending,
  paymentStatus: PaymentStatus.Pending,
  flags: [],
  step: 'the payment is being captured',
  isBeingCancelled: false,
  wait: {
    ...{ waitsFor: 'stripe', since: '2026-11-21T09:00:00.000Z', code: 'PaymentUnavailable', fault },
    isOutcomeUnknown: false,
  },
});

describe('the page of an order with flags', () => {
  it('names what somebody has to look at in its second sentence', () => {
    const page = describeOrder(input, {
      ...{ status: OrderStatus.Cancelled, paymentStatus: PaymentStatus.Captured, number: 'ORD-10001' },
      ...{ flags: [OrderFlag.RefundFailed, OrderFlag.Disputed], cancellationReason: 'out_of_stock' },
      ...{ step: 'the order is cancelled: nothing can follow', isBeingCancelled: false },
    });
    expect(page.split('\n').slice(0, 3)).toEqual([
      '**Order ORD-10001 is cancelled (out_of_stock)**, its payment is captured.',
      '',
      '**Somebody has to look at it**: `refund_failed`, `disputed`.',
    ]);
  });
});

describe('the page of an order that waits', () => {
  it('shows the words of a fault and renders none of them', () => {
    const fault = 'PaymentUnavailable: ![t](http://e.example/p.png)\n\n# Log in <a href=http://e.example>';
    expect(describeOrder(input, waitingFor(fault))).toContain(
      '\n- First fault: `PaymentUnavailable: ![t](http://e.example/p.png) # Log in <a href=http://e.example>`\n',
    );
  });

  it.each(['🧶', '`'])('stays within what Temporal takes where the fault is all %s', (character) => {
    const page = describeOrder(input, waitingFor(character.repeat(100_000)));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(20_000);
  });
});
