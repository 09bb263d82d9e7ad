import { randomUUID } from 'node:crypto';

import { orderIdOfSales } from '@oms/contracts/http';

import { update } from './change-orders.js';
import { auditOf, eventsOf, type Mutation, type MutationStage } from './mutations.js';

const lines = (productId: string) => [{ product_id: productId, quantity: 1, unit_price: '10.00' }];

async function draft({ sales, productId }: MutationStage) {
  const body = { customer_id: 'cust_01J9RPMNVK4W', line_items: lines(productId) };
  const answer = await sales.post('/orders', body);
  const id = orderIdOfSales(String(answer.body['id']));
  if (answer.status !== 201 || id === undefined) throw new Error(`no draft: ${JSON.stringify(answer.body)}`);
  return { id, salesId: String(answer.body['id']) };
}

/** The invoice of an order that was confirmed just now. */
async function invoice(stage: MutationStage): Promise<{ readonly id: string; readonly rowId: string }> {
  const { salesId, id: orderId } = await draft(stage);
  await stage.sales.status(salesId, { status: 'confirmed' });
  const { body } = await stage.sales.get(`/invoices?order_id=${salesId}`);
  const [found] = body['invoices'] as { id: string }[];
  const row = await stage.stack.database.prisma.invoice.findUniqueOrThrow({ where: { orderId } });
  return { id: String(found?.id), rowId: row.id };
}

function moveInvoice(action: string): Mutation['prepare'] {
  return async (stage) => {
    const { id, rowId } = await invoice(stage);
    return {
      params: { invoiceId: id },
      other: { params: { invoiceId: (await invoice(stage)).id } },
      effects: () => auditOf(stage, { action, resourceId: rowId }),
    };
  };
}

/** Each mutation of the Sales API, by its operation. */
export const mutationsOfSales: Readonly<Record<string, Mutation>> = {
  createSalesOrder: {
    async prepare({ stack, sales }) {
      const productId = await sales.product(10);
      const body = { customer_id: 'cust_01J9RPMNVK4W', line_items: lines(productId) };
      return {
        body,
        other: { body: { ...body, shipping_amount: '1.00' } },
        effects: () => stack.database.prisma.orderLine.count({ where: { productId } }),
      };
    },
  },
  editSalesOrder: {
    async prepare(stage) {
      const { id, salesId } = await draft(stage);
      return {
        params: { orderId: salesId },
        body: { shipping_amount: '1.00' },
        other: { body: { shipping_amount: '2.00' } },
        effects: () => eventsOf(stage, id, 'order.edited'),
      };
    },
  },
  changeSalesOrderStatus: {
    async prepare(stage) {
      const { id, salesId } = await draft(stage);
      return {
        params: { orderId: salesId },
        body: { status: 'confirmed' },
        // Another step is another request, and not one with a key of its own.
        other: { body: { status: 'processing' } },
        effects: async () =>
          (await eventsOf(stage, id, 'order.confirmed')) + (await eventsOf(stage, id, 'order.processing')),
      };
    },
  },
  correctSalesShipment: {
    async prepare(stage) {
      const { id, salesId } = await draft(stage);
      for (const step of ['confirm', 'start_processing', 'ship'] as const) await update(stage, id, step);
      return {
        params: { orderId: salesId },
        body: { carrier: 'UPS' },
        other: { body: { carrier: 'DHL' } },
        effects: () => eventsOf(stage, id, 'shipment.corrected'),
      };
    },
  },
  createProduct: {
    prepare({ stack }) {
      const title = `Lamp ${randomUUID()}`;
      const body = { title, variants: [{ price: '1.00' }] };
      return Promise.resolve({
        body,
        other: { body: { ...body, variants: [{ price: '2.00' }] } },
        effects: () => stack.database.prisma.product.count({ where: { title } }),
      });
    },
  },
  updateProduct: {
    async prepare({ stack, sales }) {
      const productId = await sales.product(10);
      // A change that is made twice leaves no more than one that is made once, but for its own record.
      const count = () => stack.database.prisma.command.count({ where: { kind: 'update_product' } });
      const before = await count();
      return {
        params: { productId },
        body: { title: 'Another lamp' },
        other: { body: { title: 'One more lamp' } },
        effects: async () => (await count()) - before,
      };
    },
  },
  adjustStock: {
    async prepare({ sales }) {
      const productId = await sales.product(10);
      return {
        params: { productId },
        body: { quantity: 5, reason: 'delivery' },
        other: { body: { quantity: 6, reason: 'delivery' } },
        effects: async () => {
          const { body } = await sales.get(`/products/${productId}`);
          return (Number(body['stock_quantity']) - 10) / 5;
        },
      };
    },
  },
  issueInvoice: { prepare: moveInvoice('invoice.issued') },
  voidInvoice: { prepare: moveInvoice('invoice.voided') },
  recordPayment: {
    async prepare(stage) {
      const { id, rowId } = await invoice(stage);
      // Without a reference: a reference would make it one payment under any key.
      const body = { invoice_id: id, amount: '1.00', currency: 'USD', payment_method: 'bank_transfer' };
      return {
        body,
        other: { body: { ...body, amount: '2.00' } },
        effects: () => stage.stack.database.prisma.invoicePayment.count({ where: { invoiceId: rowId } }),
      };
    },
  },
};

/** A link to an invoice: no key, since nothing is stored. */
export const linkToInvoice: Mutation = {
  async prepare(stage) {
    const { id: invoiceId } = await invoice(stage);
    const body = { format: 'html', expires_in: 900 };
    return {
      params: { invoiceId },
      body,
      other: { body: { ...body, expires_in: 60 } },
      effects: () => Promise.resolve(0),
    };
  },
};
