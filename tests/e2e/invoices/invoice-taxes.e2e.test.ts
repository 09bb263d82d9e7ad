import { orderIdOfSales, salesOrderId } from '@oms/contracts/http';
import { orderBody, orderItem, orderRequests, placeAsClientsDo } from '@oms/testing';
import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { draftInvoice } from './draft-invoice.js';

const tax = (tax_rate: string | null, taxable_amount: string, tax_amount: string) => ({
  ...{ tax_rate, taxable_amount, tax_amount },
});

describe('the taxes of an invoice as JSON', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const { get, change, refundsOf } = orderRequests(stack);

  async function confirmed(totalMinor: number, body: Readonly<Record<string, unknown>>) {
    const reference = await stack.simulator.authorization(totalMinor);
    const placed = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, ...body }));
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    /** The invoice on the Orders and on the Sales API. */
    const invoices = async () => {
      const { body: ofSales } = await sales.get(`/invoices?order_id=${salesOrderId(id)}`);
      const { invoices: ofOrders } = await get(id, '/invoices');
      return [ofOrders, ofSales['invoices']].map((list) => (list as readonly unknown[])[0]);
    };
    const itemIds = (order.items as unknown as readonly { readonly id: string }[]).map((item) => item.id);
    return { id, itemIds, invoices };
  }

  it('two rates, a discount and shipping → amounts by line and by rate that add up to the total', async () => {
    // 200.00 − 20.00 + 5.00 + 17.10 + 6.30.
    const { id, itemIds, invoices } = await confirmed(20_840, {
      items: [
        orderItem({ quantity: 1, unit_price: 100, tax_rate: '19', product_title: 'Lamp' }),
        orderItem({ quantity: 1, unit_price: 100, tax_rate: '7', product_title: 'Book' }),
      ],
      ...{ discount_amount: '20', shipping_amount: '5' },
    });
    const amounts = {
      lines: [
        {
          ...{ product_title: 'Lamp', quantity: 1, unit_price: '100.00', discount_amount: '10.00' },
          ...{ ...tax('19', '90.00', '17.10'), total_amount: '107.10' },
        },
        {
          ...{ product_title: 'Book', quantity: 1, unit_price: '100.00', discount_amount: '10.00' },
          ...{ ...tax('7', '90.00', '6.30'), total_amount: '96.30' },
        },
      ],
      ...{
        subtotal_amount: '200.00',
        discount_amount: '20.00',
        shipping_amount: '5.00',
        tax_amount: '23.40',
      },
      taxes_included: false,
      taxes: [tax('19', '90.00', '17.10'), tax('7', '90.00', '6.30')],
    };
    for (const invoice of await invoices()) expect(invoice).toMatchObject({ ...amounts, credit_notes: [] });

    await change(id, '/refunds', { items: [{ item_id: itemIds[1], quantity: 1 }] });
    expect(await refundsOf(id)).toEqual(['96.30']);
    const book = { amount: '96.30', taxes: [tax('7', '90.00', '6.30')], shipping_amount: '0.00' };
    for (const invoice of await invoices())
      expect(invoice).toMatchObject({ ...amounts, credit_notes: [book] });

    await change(id, '/refunds', { all: true });
    expect(await refundsOf(id)).toEqual(['96.30', '112.10']);
    const rest = { amount: '112.10', taxes: [tax('19', '90.00', '17.10')], shipping_amount: '5.00' };
    for (const invoice of await invoices()) expect(invoice).toMatchObject({ credit_notes: [book, rest] });
  });

  it('a tax of the whole order that the prices include → one group without a rate', async () => {
    const { invoices } = await confirmed(17_998, { tax_amount: '28.74', taxes_included: true });
    // 179.98 − 28.74.
    for (const invoice of await invoices()) {
      expect(invoice).toMatchObject({
        ...{ subtotal_amount: '179.98', tax_amount: '28.74', taxes_included: true },
        taxes: [tax(null, '151.24', '28.74')],
        lines: [{ ...tax(null, '151.24', '28.74'), total_amount: '179.98' }],
      });
    }
  });

  it('units of an order that pays by invoice are cancelled → the credit note has the tax of their line', async () => {
    const product_id = await sales.product(9);
    const line_items = [
      { product_id, quantity: 3, unit_price: 10, tax_rate: '19' },
      { product_id, quantity: 1, unit_price: 50, tax_rate: '7' },
    ];
    const invoice = await draftInvoice(sales, { line_items });
    await invoice.issue();
    const id = orderIdOfSales(invoice.orderId) ?? '';
    const [item] = (await get(id))['items'] as readonly { readonly id: string }[];
    await change(id, '/cancellations', { items: [{ item_id: item?.id, quantity: 1 }] });
    expect(await invoice.read()).toMatchObject({
      total: '89.20',
      taxes: [tax('19', '30.00', '5.70'), tax('7', '50.00', '3.50')],
      credit_notes: [{ reason: 'units_cancelled', amount: '11.90', taxes: [tax('19', '10.00', '1.90')] }],
    });
  });
});
