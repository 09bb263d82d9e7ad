import { CancellationReason, type OrderCommand } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { createOrderActivities } from '../orders/order-activities.js';
import { resolvePayment } from './resolve-payment.js';

// No database and no provider: an activity that touched one would fail.
const orders = createOrderActivities({ database: undefined as never });
const payments = { database: undefined as never, providers: undefined as never } as never;

const change = (command: object) => ({
  ...{ tenantId: 't', orgId: 'o', orderId: 'i' },
  ...{ commandId: 'c', requestHash: '', requestId: 'r', actor: { type: 'operator', id: 'ada' } as const },
  command: command as OrderCommand, // As an operator sends it by hand.
});
const cancel = change({ type: 'cancel', reason: 5 });
const retry = change({ type: 'retry', by: 'ada' });
const ref = { tenantId: 't', orgId: 'o', orderId: 'i' };

describe('a malformed command, without database and provider', () => {
  it.each([
    ['changeOrder', () => orders.changeOrder(change({ type: 'ship', carrier: 5 })), 'ship.carrier'],
    ['placeDraft', () => orders.placeDraft(change({ type: 'refund', returnId: 5 })), 'refund.returnId'],
    [
      'refuseOrder',
      () =>
        orders.refuseOrder({
          ...ref,
          refusal: { reason: CancellationReason.Requested, detail: '', change: cancel },
        }),
      'cancel.reason',
    ],
    ['checkChange', () => orders.checkChange(cancel), 'cancel.reason'],
    ['resumeSteps', () => orders.resumeSteps(retry), 'retry.reason'],
    [
      'resolvePayment',
      () =>
        resolvePayment(
          payments,
          change({ type: 'resolve_payment', by: 'ada', reason: 'x', outcome: 'voided' }) as never,
        ),
      'resolve_payment.evidence',
    ],
  ])('→ is refused by %s', async (_, carryOut, field) => {
    expect(await carryOut()).toMatchObject({ kind: 'refused', code: 'MALFORMED', field });
  });
});
