import type { SalesClient } from '@oms/testing';

/** Confirms an order that is paid by invoice: by default one item of 100.00 USD. Resolves with the draft of its invoice. */
export async function draftInvoice(sales: SalesClient, order: Readonly<Record<string, unknown>> = {}) {
  const answered = async (request: ReturnType<SalesClient['request']>) => {
    const { status, body } = await request;
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  const created = sales.post('/orders', {
    customer_id: 'cust_01J9RPMNVK4W',
    currency: 'USD',
    ...('line_items' in order
      ? {}
      : { line_items: [{ product_id: await sales.product(5), quantity: 1, unit_price: 100 }] }),
    ...order,
  });
  const orderId = String((await answered(created))['id']);
  await answered(sales.status(orderId, { status: 'confirmed' }));
  const { invoices } = await answered(sales.get(`/invoices?order_id=${orderId}`));
  const [invoice] = invoices as readonly { readonly id: string }[];
  const id = String(invoice?.id);
  return {
    ...{ id, orderId },
    correct: (change: object) => answered(sales.patch(`/orders/${orderId}`, change)),
    issue: () => answered(sales.post(`/invoices/${id}/issue`, {})),
    read: () => answered(sales.get(`/invoices/${id}`)),
    page: async () => String((await answered(sales.get(`/invoices/${id}/document`)))['text']),
  };
}
