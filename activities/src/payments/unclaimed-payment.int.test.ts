import { randomUUID } from 'node:crypto';

import { orderIdFor } from '@oms/contracts/temporal';
import { recordOrder } from '@oms/database';
import { computeTotals, type Actor, type OrderRef } from '@oms/domain';
import { createStripeProvider } from '@oms/payments';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { capturePayment } from './capture-payment.js';
import type { PaymentActivityDependencies } from './payment-context.js';
import { resolvePayment } from './resolve-payment.js';
import { reversePayment } from './reverse-payment.js';

const actor: Actor = { type: 'user', id: 'shopper' };

describe('an order that has not claimed the payment that it names', () => {
  const stack = useTestStack({ services: ['payment-simulator'] });

  async function order() {
    const reference = await stack.simulator.authorization(10_000);
    const scope = { tenantId: randomUUID(), orgId: randomUUID() };
    const key = randomUUID();
    const ref: OrderRef = { ...scope, orderId: orderIdFor(scope, key) };
    const line = { productTitle: 'Gift card', quantity: 1, unitPriceMinor: 10_000, requiresShipping: false };
    await recordOrder(stack.database, {
      ...{ ...ref, actor, idempotencyKey: key, requestHash: 'hash', requestId: randomUUID() },
      order: {
        ...{ currency: 'USD', currencyExponent: 2, metadata: {}, lines: [line] },
        ...{ paymentProvider: 'stripe', paymentReference: reference },
        totals: computeTotals([line], { discountMinor: 0, taxMinor: 0, shippingMinor: 0 }),
      },
    });
    const config = { apiKey: 'sk_test_1', baseUrl: stack.simulatorUrl, timeoutMs: 10_000 };
    const stripe = createStripeProvider(config);
    const deps: PaymentActivityDependencies = { database: stack.database, providers: { stripe } };
    const asked = async () => {
      const log = await stack.simulator.call('GET', `/requests?payment_intent=${reference}`);
      return (log as { requests: readonly unknown[] }).requests;
    };
    return { ref, reference, deps, asked };
  }

  it('captures nothing of it', async () => {
    const { ref, reference, deps, asked } = await order();
    await expect(capturePayment(deps, ref)).rejects.toMatchObject({ type: 'UnexpectedRecord' });
    expect(await asked()).toEqual([]);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
  });

  it('gives nothing of it back', async () => {
    const { ref, reference, deps, asked } = await order();
    expect(await reversePayment(deps, ref)).toEqual({ paymentStatus: 'pending' });
    expect(await asked()).toEqual([]);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
  });

  it('is told nothing of it by what an operator states', async () => {
    const { ref, deps, asked } = await order();
    const statement = { outcome: 'not_captured', evidence: 'seen in the dashboard' } as const;
    const answer = await resolvePayment(deps, {
      ...{ ...ref, actor, commandId: randomUUID(), requestHash: 'hash', requestId: randomUUID() },
      command: { type: 'resolve_payment', by: 'ada', reason: 'the customer asks', ...statement },
    });
    expect(answer).toMatchObject({ kind: 'refused', code: 'PAYMENT_NOT_UNKNOWN' });
    expect(await asked()).toEqual([]);
  });
});
