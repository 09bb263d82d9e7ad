import { eventually } from '@oms/stack';
import {
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const ended = ['confirmed', 'cancelled'];

describe('when Temporal fails', () => {
  const temporal = useTemporal({ isDurable: true });
  const stack = useTestStack({ temporal });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses no order that a client placed, when it is stopped by %s in the middle of them',
    async (signal) => {
      const level = await stack.stock(6);
      const references = await stack.simulator.authorizations(12, orderBodyTotalMinor / 2);
      const placing = references.map((payment_reference) =>
        placeAsClientsDo(
          stack.api,
          orderBody({ payment_reference, items: [orderItem({ ...level, quantity: 1 })] }),
        ),
      );
      await eventually(
        'some of the orders being paid',
        async () =>
          (await stack.simulator.ledger()).some(
            ({ operation, payment_intent: paid }) => operation === 'capture' && references.includes(paid),
          )
            ? true
            : undefined,
        { everyMs: 5 },
      );
      await temporal.stop(signal);
      await temporal.start();
      const answers = await Promise.all(placing);
      const orders = await Promise.all(
        answers.map(({ body }) => stack.orderReaching(body.order_id, ended, 150_000)),
      );
      expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(6);
      expect(await remainingImbalances(stack)).toEqual([]);
    },
  );

  it('refuses an order while it is down, and accepts the same order when it is back', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference });
    await temporal.stop('SIGKILL');
    const refused = await stack.api.placeOrder(body);
    expect(refused.status).toBe(500);
    expect(refused.body).toEqual({ error: expect.any(String) as string, code: 'INTERNAL' });
    expect((await fetch(`${stack.gatewayUrl}/readyz`)).status).toBe(503);
    expect((await fetch(`${stack.gatewayUrl}/healthz`)).status).toBe(200);
    await temporal.start();
    const { body: placed } = await placeAsClientsDo(stack.api, body);
    expect(await stack.orderReaching(placed.order_id, ended, 60_000)).toMatchObject({ status: 'confirmed' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });
});
