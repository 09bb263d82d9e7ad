import { salesOrderId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { remainingImbalances, type ApiResponse } from '@oms/testing';
import { describe, expect, it } from 'vitest';

import { makeOrder, update, useChangeStage, type StandingOrder } from '../apis/change-orders.js';
import type { State } from '../apis/change-table.js';

/** The number of runs of each race. The winner is random. */
const times = 8;

/** An answer as far as it matters: its status, and why not. */
const outcomeOf = ({ status, body }: ApiResponse): string =>
  status >= 400 ? `${status} ${String(body['error'])}` : String(status);

describe('two changes at the same moment', () => {
  const stage = useChangeStage();

  const post = (id: string, path: string, body: object = {}) =>
    stage.stack.api.request('POST', `/api/v1/oms/orders/${id}${path}`, body);
  const setStatus = (id: string, status: string) => stage.sales.status(salesOrderId(id), { status });
  const statusOf = async (id: string) => (await stage.stack.api.getOrder(id)).body.status;

  /** Runs a race on many orders. Resolves with the two answers and the order's status for each. */
  async function race(
    state: State,
    run: (order: StandingOrder) => readonly [Promise<ApiResponse>, Promise<ApiResponse>],
    change = 'none',
  ) {
    const orders = await Promise.all(Array.from({ length: times }, () => makeOrder(stage, state, change)));
    return Promise.all(
      orders.map(async (order) => {
        const [one, other] = await Promise.all(run(order));
        return { order, answers: [outcomeOf(one), outcomeOf(other)], bodies: [one.body, other.body] };
      }),
    );
  }

  const refundsOf = async (id: string) =>
    eventually('the refunds', async () => {
      const { body } = await stage.stack.api.request('GET', `/api/v1/oms/orders/${id}/refunds`);
      const refunds = body['refunds'] as { status: string; amount: string }[];
      return refunds.every(({ status }) => status !== 'pending') ? refunds : undefined;
    });
  const sumOf = (refunds: readonly { amount: string }[]): string =>
    refunds.reduce((sum, { amount }) => sum + Number(amount), 0).toFixed(2);

  it('a cancellation and a capture: it is cancelled, and no money is held', async () => {
    const { simulator, api } = stage.stack;
    await Promise.all(
      Array.from({ length: times }, async (_, index) => {
        const reference = await simulator.authorization(8_999);
        await simulator.fault({
          ...{ operation: 'payment_intents.capture', kind: 'slow', times: 1, paymentIntent: reference },
          delayMs: 1 + index * 40,
        });
        const { body } = await api.placeOrder({
          ...{ idempotency_key: reference, payment_provider: 'stripe', payment_reference: reference },
          items: [{ quantity: 1, unit_price: 89.99 }],
        });
        // From the moment when it is captured on, one does not know which of the two comes first.
        if (index % 2 === 0) {
          await eventually('the capture', async () =>
            (await simulator.hasFired(reference)) ? true : undefined,
          );
        }
        expect([200, 202]).toContain((await post(body.order_id, '/cancel')).status);
        await stage.stack.orderReaching(body.order_id, ['cancelled'], 60_000);
        const moved = (await simulator.ledger(reference)).map(({ operation }) => operation).join();
        expect(['authorize', 'authorize,void', 'authorize,capture,refund']).toContain(moved);
        const { payment_status: paid } = (await api.getOrder(body.order_id)).body;
        if (moved === 'authorize') expect(paid).toBe('pending'); // It was cancelled before it was paid for.
      }),
    );
  });

  it('a cancellation and a shipment: one of them is made', async () => {
    for (const { order, answers } of await race('confirmed', ({ id }) => [
      post(id, '/cancel'),
      post(id, '/fulfillments'),
    ])) {
      const isCancelled = (await statusOf(order.id)) === 'cancelled';
      expect(answers).toEqual(
        isCancelled
          ? [
              '200',
              expect.stringMatching(
                /^400 (an order that is cancelled cannot become shipped|the order is being cancelled already)/,
              ),
            ]
          : ['400 an order that is shipped cannot become cancelled; allowed: delivered', '201'],
      );
    }
  });

  it('a cancellation and a shipment of the same units: one of them is made', async () => {
    for (const { order, answers } of await race('confirmed', ({ id, lineId }) => {
      const items = [{ item_id: lineId, quantity: 2 }];
      return [post(id, '/cancellations', { items }), post(id, '/fulfillments', { items })];
    })) {
      const isShipped = (await statusOf(order.id)) === 'shipped';
      expect(answers).toEqual(
        isShipped
          ? ['400 units of an order that is shipped cannot be cancelled; allowed: delivered', '201']
          : [
              '201',
              expect.stringMatching(
                /^400 (an order that is cancelled cannot become shipped|the order is being cancelled already)/,
              ),
            ],
      );
      if (!isShipped) await stage.stack.orderReaching(order.id, ['cancelled']);
      expect(sumOf(await refundsOf(order.id))).toBe(isShipped ? '0.00' : '179.98');
    }
  });

  it('a cancellation and a shipment of the last unit: it goes one way, and the order is shipped', async () => {
    for (const { order, answers } of await race('partly shipped', ({ id, lineId }) => {
      const items = [{ item_id: lineId, quantity: 1 }];
      return [post(id, '/cancellations', { items }), post(id, '/fulfillments', { items })];
    })) {
      expect([
        ['201', '400 an order that is shipped cannot become shipped; allowed: delivered'],
        ['400 units of an order that is shipped cannot be cancelled; allowed: delivered', '201'],
      ]).toContainEqual(answers);
      expect(await statusOf(order.id)).toBe('shipped');
      const isCancelled = answers[0] === '201';
      expect(sumOf(await refundsOf(order.id))).toBe(isCancelled ? '89.99' : '0.00');
      const body = await stage.stack.api.settledProof(order.id);
      expect(body).toMatchObject({
        ...{ balances: true },
        stock: [{ cancelled: isCancelled ? 1 : 0, shipped: isCancelled ? 1 : 2 }],
      });
    }
  });

  it('two shipments of the last units: one of them is made', async () => {
    for (const { order, answers } of await race('partly shipped', ({ id, lineId }) => [
      post(id, '/fulfillments', { items: [{ item_id: lineId, quantity: 1 }] }),
      post(id, '/fulfillments'),
    ])) {
      expect([...answers].sort()).toEqual([
        '201',
        '400 an order that is shipped cannot become shipped; allowed: delivered',
      ]);
      const { body } = await stage.stack.api.request('GET', `/api/v1/oms/orders/${order.id}/fulfillments`);
      expect(body['fulfillments']).toHaveLength(2);
    }
  });

  it.each([
    { other: 'its delivery', path: '/deliver', becomes: 'delivered', refusal: 'has been delivered already' },
    {
      other: 'its cancellation',
      path: '/cancel',
      becomes: 'processing',
      refusal: 'has been cancelled already',
    },
  ])(
    'the return of a parcel to its sender and $other: one of them is made',
    async ({ path, becomes, refusal }) => {
      for (const { order, answers } of await race('shipped', ({ id, lineId, shipmentId }) => {
        const parcel = `/fulfillments/${shipmentId}`;
        const items = [{ item_id: lineId, quantity: 2, condition: 'missing' }];
        return [post(id, `${parcel}/return-to-sender`, { items }), post(id, `${parcel}${path}`)];
      })) {
        const isLost = answers[0] === '200';
        expect(answers).toEqual([
          isLost ? '200' : expect.stringContaining(refusal),
          isLost
            ? expect.stringMatching(
                /^400 (shipment .* has been returned to sender already|an order that is closed cannot)/,
              )
            : '200',
        ]);
        expect(await statusOf(order.id)).toBe(isLost ? 'closed' : becomes);
        const proof = await stage.stack.api.settledProof(order.id);
        expect(proof).toMatchObject({ balances: true, stock: [{ returned_to_sender: isLost ? 2 : 0 }] });
      }
    },
  );

  it('the refund of a return and one of all that is left: never more than was captured', async () => {
    for (const { order, answers } of await race(
      'delivered',
      ({ id, returnId }) => [
        post(id, '/refunds', { return_id: returnId }),
        post(id, '/refunds', { all: true }),
      ],
      'refund the return',
    )) {
      expect([
        ['201', '201'],
        ['400 there is nothing left to refund', '201'],
      ]).toContainEqual(answers);
      expect(sumOf(await refundsOf(order.id))).toBe('179.98');
    }
  });

  it('two refunds that together exceed the captured amount: one of them is made', async () => {
    const body = { amount: '100.00' };
    for (const { order, answers } of await race('delivered', ({ id }) => [
      post(id, '/refunds', body),
      post(id, '/refunds', body),
    ])) {
      expect([...answers].sort()).toEqual([
        '201',
        '400 the refund is larger than what is left of the captured money (79.98 USD)',
      ]);
      expect(sumOf(await refundsOf(order.id))).toBe('100.00');
    }
  });

  it('a close and a return: one of them is made', async () => {
    for (const { order, answers } of await race('delivered', ({ id, lineId }) => [
      post(id, '/close'),
      post(id, '/returns', { items: [{ item_id: lineId, quantity: 1 }] }),
    ])) {
      const isClosed = (await statusOf(order.id)) === 'closed';
      expect(answers).toEqual(
        isClosed
          ? ['200', '400 nothing of an order that is closed can be returned; allowed: none']
          : ['400 a return of this order is still under way', '201'],
      );
    }
  });

  it('the confirmation of a draft and an edit: the confirmed order has the edit, or the edit is refused', async () => {
    for (const { order, answers } of await race('draft', ({ id }) => [
      setStatus(id, 'confirmed'),
      stage.sales.patch(`/orders/${salesOrderId(id)}`, { discount_amount: '10.00' }),
    ])) {
      const {
        status,
        total_amount: total,
        payment_status: paid,
      } = (await stage.stack.api.getOrder(order.id)).body;
      expect([status, paid]).toEqual(['confirmed', 'captured']);
      const [confirmation, edit = ''] = answers;
      expect(confirmation).toBe('200');
      if (edit === '200') {
        expect(total).toBe('169.98');
      } else {
        expect(edit).toMatch(
          /^422 items, amounts and payment of an order that is (pending|confirmed) cannot be changed; allowed: /,
        );
        expect(total).toBe('179.98');
      }
    }
  });

  it('the confirmation of a draft and its cancellation: it is cancelled, and holds nothing', async () => {
    for (const { order, answers } of await race('draft', ({ id }) => [
      setStatus(id, 'confirmed'),
      setStatus(id, 'cancelled'),
    ])) {
      expect(await statusOf(order.id)).toBe('cancelled');
      const [confirmation = '', cancellation] = answers;
      expect(cancellation).toBe('200');
      expect(confirmation).toMatch(
        /^(200$|422 the order could not be confirmed and is cancelled|422 an order that is cancelled cannot be confirmed; allowed: none|422 the order is being cancelled already)/,
      );
      // It lets go of the payment after its answer. Until then it is unsettled, and never at fault.
      const settled = await stage.stack.api.settledProof(order.id);
      expect(settled).toMatchObject({ balances: true, faults: [] });
    }
  });

  it('the same cancellation by a person and by an operator: it is made once', async () => {
    const orders = await Promise.all(
      Array.from({ length: times }, () => makeOrder(stage, 'confirmed', 'none')),
    );
    for (const { id } of orders) {
      const [person, operator] = await Promise.all([
        post(id, '/cancel'),
        update(stage, id, 'cancel').then(
          () => 'made',
          () => 'refused',
        ),
      ]);
      expect([outcomeOf(person), operator]).not.toEqual([expect.stringContaining('400'), 'refused']);
      expect(await statusOf(id)).toBe('cancelled');
      const { body } = await stage.stack.api.getEvents(id);
      expect(body.events.filter(({ type }) => type === 'order.cancelled')).toHaveLength(1);
    }
  });

  it('leave ledgers that balance', async () => {
    expect(await remainingImbalances(stage.stack)).toEqual([]);
  });
});
