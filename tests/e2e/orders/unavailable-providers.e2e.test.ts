import { createSalesOrderExample } from '@oms/contracts/http';
import { commerceOrderBody, orderBody } from '@oms/testing';
import { useCommerceClient, useSalesClient, useTestStack } from '@oms/testing/vitest';
import { expect, describe, it } from 'vitest';

describe('a payment provider that is not available', () => {
  const stack = useTestStack({
    services: ['payment-simulator', 'order-worker', 'gateway'],
    env: { AVAILABLE_PAYMENT_PROVIDERS: 'stripe,paypal' },
  });
  const sales = useSalesClient(stack);
  const commerce = useCommerceClient(stack);

  it('is refused on every API, and no order is made', async () => {
    const payment = { payment_provider: 'adyen', payment_reference: 'XB7XNCQ8HXSKGK82' };
    const { sku } = await commerce.stocked(5);
    const line_items = [{ product_id: await sales.product(5), quantity: 1 }];
    for (const answer of [
      await stack.api.placeOrder(orderBody(payment)),
      await sales.post('/orders', { ...createSalesOrderExample, line_items, ...payment }),
      await commerce.post(commerceOrderBody(sku, payment)),
    ]) {
      expect(answer).toMatchObject({
        status: 400,
        body: {
          ...{ code: 'INVALID_REQUEST', field: 'payment_provider' },
          error: 'payment_provider adyen is not available; available: stripe, paypal',
        },
      });
    }
    expect(await stack.database.prisma.order.count()).toBe(0);
  });
});
