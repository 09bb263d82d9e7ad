import { orderIdOfSales } from '@oms/contracts/http';
import { createSalesClient, orderBody, orderItem, orderRequests, placeAsClientsDo } from '@oms/testing';
import { useCommerceClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

type TaxedItem = Readonly<Record<'id' | 'tax_rate' | 'tax_amount' | 'discount_amount', string>>;

describe('taxes of lines', () => {
  const stack = useSharedStack();
  const commerce = useCommerceClient(stack);
  const { get, change, refused, refundsOf } = orderRequests(stack);

  async function confirmed(
    items: readonly Readonly<Record<string, unknown>>[],
    {
      totalMinor,
      currency = 'USD',
      ...body
    }: Readonly<Record<string, unknown>> & { readonly totalMinor: number; readonly currency?: string },
  ) {
    const reference = await stack.simulator.authorization(totalMinor, { currency: currency.toLowerCase() });
    const wanted = items.map((item) => orderItem({ quantity: 1, ...item }));
    const placed = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items: wanted, currency, ...body }),
    );
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    const lines = order.items as unknown as readonly TaxedItem[];
    return { id, order, lines, itemIds: lines.map((line) => line.id) };
  }

  async function delivered(...order: Parameters<typeof confirmed>) {
    const made = await confirmed(...order);
    const { id: shipmentId } = await change(made.id, '/fulfillments');
    await change(made.id, `/fulfillments/${String(shipmentId)}/deliver`);
    return made;
  }

  const unitOf = (itemId: string | undefined) => ({ items: [{ item_id: itemId, quantity: 1 }] });

  it('100.00 at 19 % and 100.00 at 7 %: the item at 7 % comes back → 107.00', async () => {
    const { id, order, lines, itemIds } = await delivered(
      [
        { unit_price: 100, tax_rate: '19' },
        { unit_price: 100, tax_rate: 7 },
      ],
      { totalMinor: 22_600 },
    );
    expect(order).toMatchObject({ tax_amount: '26.00', taxes_included: false, total_amount: '226.00' });
    expect(lines).toMatchObject([
      { tax_rate: '19', tax_amount: '19.00' },
      { tax_rate: '7', tax_amount: '7.00' },
    ]);
    const { id: returnId } = await change(id, '/returns', unitOf(itemIds[1]));
    await change(id, `/returns/${String(returnId)}/approve`);
    await change(id, `/returns/${String(returnId)}/receive`);
    expect(await change(id, '/refunds', { return_id: returnId })).toMatchObject({ amount: '107.00' });
    expect(await refundsOf(id)).toEqual(['107.00']);
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [] },
      ...{ money: { kept: '119.00' }, invoice: { total: '226.00', credited: '107.00' } },
    });
  });

  it('nine lines of odd prices refunded one by one → what was paid', async () => {
    // Taxes: 0.1919 → 0.19, 0.1421 → 0.14, 0.7809 → 0.78, 0.3591 → 0.36, 1.3661 → 1.37, 0.5761 → 0.58.
    const prices = ['1.01', '2.03', '3.07', '4.11', '5.13', '6.17', '7.19', '8.23', '9.29'];
    const rates = ['19', '7', null];
    const { id, order, itemIds } = await delivered(
      prices.map((unit_price, index) => ({ unit_price, tax_rate: rates[index % 3] })),
      { totalMinor: 4_965 },
    );
    expect(order).toMatchObject({ subtotal_amount: '46.23', tax_amount: '3.42', total_amount: '49.65' });
    for (const itemId of itemIds) await change(id, '/refunds', unitOf(itemId));
    expect(await refundsOf(id)).toEqual([
      ...['1.20', '2.17', '3.07', '4.89', '5.49', '6.17', '8.56', '8.81', '9.29'],
    ]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '0.00' } });
  });

  it('a discount comes off before the tax, and cancelled units take their tax with them', async () => {
    // 100.00 and 100.00 less 20.00: 90.00 each. 19 % are 17.10, 7 % are 6.30; Together 203.40.
    const { id, lines, itemIds } = await confirmed(
      [
        { unit_price: 50, quantity: 2, tax_rate: '19' },
        { unit_price: 100, tax_rate: '7' },
      ],
      { totalMinor: 20_340, discount_amount: '20.00' },
    );
    expect(lines).toMatchObject([
      { discount_amount: '10.00', tax_amount: '17.10' },
      { discount_amount: '10.00', tax_amount: '6.30' },
    ]);
    // Half of 107.10.
    expect(await change(id, '/cancellations', unitOf(itemIds[0]))).toMatchObject({ amount: '53.55' });
    expect(await change(id, '/cancellations', unitOf(itemIds[1]))).toMatchObject({ amount: '96.30' });
    expect(await refundsOf(id)).toEqual(['53.55', '96.30']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true, money: { kept: '53.55' } });
  });

  it('prices include the tax → the total does not add it', async () => {
    const { id, order, lines, itemIds } = await delivered(
      [
        { unit_price: '119.00', tax_rate: '19' },
        { unit_price: '53.50', quantity: 2, tax_amount: '7.00' },
      ],
      { totalMinor: 22_600, taxes_included: true },
    );
    expect(order).toMatchObject({ tax_amount: '26.00', taxes_included: true, total_amount: '226.00' });
    expect(lines).toMatchObject([{ tax_amount: '19.00' }, { tax_rate: null, tax_amount: '7.00' }]);
    expect(await change(id, '/refunds', unitOf(itemIds[0]))).toMatchObject({ amount: '119.00' });
    expect(await change(id, '/refunds', unitOf(itemIds[1]))).toMatchObject({ amount: '53.50' });
  });

  it('yen are whole: 2 × 1,005 at 10 % are refunded as 1,105 and 1,106', async () => {
    // 2,010 with 201 of tax; 500 with 40.
    const { id, order, itemIds } = await delivered(
      [
        { unit_price: 1_005, quantity: 2, tax_rate: '10' },
        { unit_price: 500, tax_rate: '8' },
      ],
      { totalMinor: 2_751, currency: 'JPY' },
    );
    expect(order).toMatchObject({ tax_amount: '241', total_amount: '2751' });
    for (const index of [0, 0, 1]) await change(id, '/refunds', unitOf(itemIds[index]));
    expect(await refundsOf(id)).toEqual(['1105', '1106', '540']);
  });

  it('dinars go by the step of the provider: 12.350 for two are refunded as 6.170 and 6.180', async () => {
    const { id, itemIds } = await delivered([{ unit_price: '5.675', quantity: 2, tax_amount: '1.000' }], {
      ...{ totalMinor: 12_350, currency: 'BHD' },
    });
    for (const itemId of [itemIds[0], itemIds[0]]) await change(id, '/refunds', unitOf(itemId));
    expect(await refundsOf(id)).toEqual(['6.170', '6.180']);
  });

  it('a draft with another discount → the taxes of its lines follow, and the Sales API shows them', async () => {
    const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
    const lamp = { title: 'Lamp', variants: [{ price: '100.00', stock_quantity: 4 }] };
    const { body: product } = await sales.post('/products', lamp);
    const line = { product_id: product['id'], quantity: 1 };
    const { body: draft } = await sales.post('/orders', {
      ...{ customer_id: 'cust_taxed' },
      line_items: [
        { ...line, tax_rate: '19' },
        { ...line, tax_rate: '7' },
      ],
    });
    expect(draft).toMatchObject({
      ...{ tax_amount: '26.00', total: '226.00' },
      line_items: [{ tax_rate: '19', tax_amount: '19.00' }, { tax_amount: '7.00' }],
    });
    const path = `/orders/${String(draft['id'])}`;
    const { body: edited } = await sales.patch(path, { discount_amount: '20.00' });
    expect(edited).toMatchObject({
      ...{ tax_amount: '23.40', total: '203.40' },
      line_items: [{ tax_amount: '17.10' }, { tax_amount: '6.30' }],
    });
    const { status, body: refusal } = await sales.patch(path, { tax_amount: '5.00' });
    expect({ status, error: refusal['error'] }).toMatchObject({
      error: expect.stringContaining('must be left out') as string,
    });
    const { body: untaxed } = await sales.patch(path, { line_items: [line], discount_amount: '0' });
    expect(untaxed).toMatchObject({ tax_amount: '0.00', total: '100.00' });
    expect(await get(orderIdOfSales(String(draft['id'])) ?? '')).toMatchObject({ total_amount: '100.00' });
  });

  it('the Commerce API takes the taxes of lines and shows their sum', async () => {
    const { sku } = await commerce.stocked(10);
    const created = await commerce.post({
      ...{ taxes_included: true },
      items: [{ sku, quantity: 2, unit_price: '59.50', tax_rate: '19' }],
    });
    expect(created).toMatchObject({
      ...{ status: 201, body: { total_amount: '119.00', tax_amount: '19.00' } },
    });
  });

  it.each([
    ['a rate and an amount', { tax_rate: '19', tax_amount: '1' }, {}, 'items[0].tax_amount must be left out'],
    ['a rate above 100 %', { tax_rate: '101' }, {}, 'items[0].tax_rate must be at most 100 percent'],
    ['a rate that is no number', { tax_rate: '19%' }, {}, 'items[0].tax_rate must be a percentage'],
    ['an amount with half a cent', { tax_amount: '0.005' }, {}, 'items[0].tax_amount must have at most 2'],
    ['taxes of the order, too', { tax_rate: '19' }, { tax_amount: '1.00' }, 'tax_amount is the sum'],
    ['more tax than price', { tax_amount: '11' }, { taxes_included: true }, 'the tax of item 1'],
  ])('refuses %s, and names the field', async (_, tax, body, says) => {
    const items = [orderItem({ quantity: 1, unit_price: 10, ...tax })];
    const { status, body: answer } = await stack.api.request('POST', '/api/v1/oms/orders', {
      ...orderBody({ items, ...body }),
    });
    expect(status).toBe(400);
    expect(answer['error']).toContain(says);
  });

  it('a refund above what a line has left is refused as before', async () => {
    const { id, itemIds } = await delivered([{ unit_price: 100, tax_rate: '7' }], { totalMinor: 10_700 });
    await change(id, '/refunds', unitOf(itemIds[0]));
    expect(await refused(id, '/refunds', unitOf(itemIds[0]))).toMatchObject({ status: 400 });
  });
});
