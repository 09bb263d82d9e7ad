import { eventually } from '@oms/stack';
import { remainingImbalances, orderBody, orderItem, orderRequests, placeAsClientsDo } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

interface RefundBody {
  readonly id: string;
  readonly status: string;
  readonly amount: string;
  readonly failure: string | null;
}

describe('refunds by the money that is left', () => {
  const stack = useTestStack({ env: { WEBHOOK_RETRY_MS: '500' } });
  const { get, change, refused: refusedAt } = orderRequests(stack);
  const refused = (id: string, body: object) => refusedAt(id, '/refunds', body);
  const refundsOf = async (id: string) => (await get(id, '/refunds'))['refunds'] as readonly RefundBody[];

  const settled = (id: string) =>
    eventually(`the refunds of ${id}`, async () => {
      const refunds = await refundsOf(id);
      return refunds.every(({ status }) => status !== 'pending') ? refunds : undefined;
    });

  /** A confirmed order of lines of one unit price and quantity each. */
  async function confirmed(
    units: readonly (readonly [quantity: number, unitPrice: number])[],
    { totalMinor, ...more }: { readonly totalMinor: number; readonly currency?: string },
  ) {
    const { currency = 'USD' } = more;
    const reference = await stack.simulator.authorization(totalMinor, { currency: currency.toLowerCase() });
    const items = units.map(([quantity, unit_price]) => orderItem({ quantity, unit_price }));
    const { body } = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, currency, items }),
    );
    const order = await stack.orderReaching(body.order_id, ['confirmed']);
    const itemIds = (order.items as readonly { readonly id: string }[]).map(({ id }) => id);
    return { id: body.order_id, reference, itemIds };
  }

  async function delivered(...args: Parameters<typeof confirmed>) {
    const order = await confirmed(...args);
    const { id: shipmentId } = await change(order.id, '/fulfillments');
    await change(order.id, `/fulfillments/${String(shipmentId)}/deliver`);
    return order;
  }

  /** A return that was received. */
  async function returned(id: string, itemId: string | undefined, quantity: number): Promise<string> {
    const { id: made } = await change(id, '/returns', { items: [{ item_id: itemId, quantity }] });
    await change(id, `/returns/${String(made)}/approve`);
    await change(id, `/returns/${String(made)}/receive`);
    return String(made);
  }

  it('10.00 for a scratch leaves 90.00 for the return', async () => {
    const { id, itemIds } = await delivered([[1, 100]], { totalMinor: 10_000 });
    const items = [{ item_id: itemIds[0], quantity: 1 }];
    expect(await change(id, '/refunds', { items, amount: '10.00' })).toMatchObject({
      amount: '10.00',
      items: [{ ...items[0], amount: '10.00' }],
    });
    await settled(id);
    const returnId = await returned(id, itemIds[0], 1);
    expect(await change(id, '/refunds', { return_id: returnId })).toMatchObject({ amount: '90.00' });
    await settled(id);
    expect((await get(id, '/returns'))['returns']).toMatchObject([{ status: 'refunded' }]);
    expect(await get(id)).toMatchObject({ payment_status: 'refunded' });
    expect(await refused(id, { items })).toEqual({ status: 400, error: 'there is nothing left to refund' });
  });

  it('the refund of a return takes no other line and no more units than came back', async () => {
    const { id, itemIds } = await delivered(
      [
        [1, 10],
        [3, 20],
      ],
      { totalMinor: 7_000 },
    );
    const [a, b] = itemIds;
    const returnId = await returned(id, b, 2);
    const asks = (item: string | undefined, quantity: number) => ({
      return_id: returnId,
      items: [{ item_id: item, quantity }],
    });
    const before = await get(id, '/events');
    expect(await refused(id, asks(a, 1))).toEqual({
      status: 400,
      error: `there are 0 units of line ${a ?? ''} in the return, not 1`,
    });
    expect(await refused(id, asks(b, 3))).toEqual({
      status: 400,
      error: `there are 2 units of line ${b ?? ''} in the return, not 3`,
    });
    expect(await get(id, '/events')).toEqual(before);
    expect(await change(id, '/refunds', asks(b, 2))).toMatchObject({ amount: '40.00' });
    await settled(id);
    expect((await get(id, '/returns'))['returns']).toMatchObject([{ status: 'refunded' }]);
  });

  it('a body that names nothing gives nothing back; "all": true gives back all that is left', async () => {
    const { id } = await confirmed([[1, 50]], { totalMinor: 5_000 });
    const error = 'a refund names an amount, items, a return, or "all": true for all that is left';
    for (const body of [
      {},
      { reason: 'goodwill' },
      { amount: null, reason: 'goodwill' },
      { items: null, return_id: null, all: null },
      { all: false },
    ]) {
      expect(await refused(id, body)).toEqual({ status: 400, error });
    }
    expect(await refused(id, { all: true, amount: '1.00' })).toMatchObject({ status: 400 });
    expect(await refundsOf(id)).toEqual([]);
    await change(id, '/refunds', { amount: '20.00' });
    await settled(id);
    expect(await change(id, '/refunds', { all: true })).toMatchObject({ amount: '30.00' });
    await settled(id);
    expect(await get(id)).toMatchObject({ payment_status: 'refunded' });
  });

  it('amounts can be moved by the provider: 12.350 BHD for two is given back as 6.170 and 6.180', async () => {
    // Stripe moves hundredths of a dinar. A unit is worth 6.175.
    const { id, reference, itemIds } = await confirmed([[2, 6.175]], { totalMinor: 12_350, currency: 'BHD' });
    const one = { items: [{ item_id: itemIds[0], quantity: 1 }] };
    expect(await refused(id, { ...one, amount: '6.175' })).toEqual({
      status: 400,
      error:
        'the payment provider cannot move 6.175 BHD; the nearest amounts that it can move are 6.170 BHD and 6.180 BHD',
    });
    expect(await refundsOf(id)).toEqual([]);
    expect(await change(id, '/refunds', one)).toMatchObject({ amount: '6.170' });
    expect(await change(id, '/refunds', one)).toMatchObject({ amount: '6.180' });
    expect((await settled(id)).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    const given = (await stack.simulator.ledger(reference)).filter(({ operation }) => operation === 'refund');
    expect(given.map(({ amount }) => amount)).toEqual([6_170, 6_180]);
    expect(await get(id)).toMatchObject({ payment_status: 'refunded', flags: [] });
  });

  it('a refund that the provider declines flags the order until as much was given back', async () => {
    const { id, reference } = await confirmed([[1, 50]], { totalMinor: 5_000 });
    await stack.simulator.fault({
      ...{ operation: 'refunds.create', kind: 'decline', times: 1, paymentIntent: reference },
    });
    await change(id, '/refunds', { amount: '30.00' });
    expect(await settled(id)).toMatchObject([{ status: 'failed', failure: expect.any(String) as string }]);
    expect(await get(id)).toMatchObject({ payment_status: 'captured', flags: ['refund_failed'] });
    await change(id, '/refunds', { amount: '10.00' });
    await settled(id);
    expect(await get(id)).toMatchObject({ payment_status: 'partially_refunded', flags: ['refund_failed'] });
    await change(id, '/refunds', { amount: '20.00' });
    await settled(id);
    expect(await get(id)).toMatchObject({ payment_status: 'partially_refunded', flags: [] });
  });

  it('a closed order whose refund is declined afterwards is flagged, and gives the money back when asked again', async () => {
    const { id, reference } = await delivered([[1, 50]], { totalMinor: 5_000 });
    const fault = { operation: 'refunds.create', paymentIntent: reference };
    await stack.simulator.fault({ ...fault, kind: 'error_before', times: 12 });
    await change(id, '/refunds', { amount: '30.00' });
    await change(id, '/close');
    await stack.simulator.clearFaults();
    await stack.simulator.fault({ ...fault, kind: 'decline', times: 1 });
    expect(await settled(id)).toMatchObject([{ status: 'failed' }]);
    expect(await get(id)).toMatchObject({ status: 'closed', flags: ['refund_failed'] });

    expect(await change(id, '/refunds', { amount: '30.00', reason: 'warranty' })).toMatchObject({
      amount: '30.00',
    });
    await settled(id);
    expect(await get(id)).toMatchObject({
      ...{ status: 'closed', payment_status: 'partially_refunded', flags: [] },
    });
    expect(await change(id, '/refunds', { all: true })).toMatchObject({ amount: '20.00' });
    await settled(id);
    expect(await refused(id, { amount: '0.01' })).toEqual({
      status: 400,
      error: 'the refund is larger than what is left of the captured money (0.00 USD)',
    });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it('a cancelled order whose refund fails later gives the money back when asked again', async () => {
    const { id, reference } = await confirmed([[1, 50]], { totalMinor: 5_000 });
    await change(id, '/cancel');
    expect(await refused(id, { all: true })).toEqual({
      status: 400,
      error: 'there is nothing left to refund',
    });
    const [made] = await stack.simulator.stripeRefunds(reference);
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await eventually('the failed refund', async () =>
      JSON.stringify((await get(id))['flags']) === '["refund_failed"]' ? true : undefined,
    );
    expect(await change(id, '/refunds', { all: true })).toMatchObject({ amount: '50.00' });
    await settled(id);
    expect(await get(id)).toMatchObject({ status: 'cancelled', payment_status: 'refunded', flags: [] });
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it('all ledgers balance with the provider', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
