import { orderIdOfSales } from '@oms/contracts/http';
import { createSalesClient } from '@oms/testing';

import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

/** A draft of more than there is, by the Sales API. */
async function drafted({ stack }: Stage) {
  const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
  const productId = await sales.product(1);
  const { body } = await sales.post('/orders', {
    customer_id: 'cust_01J9RPMNVK4W',
    line_items: [{ product_id: productId, quantity: 2, unit_price: 129.99 }],
  });
  const id = String(body['id']);
  const orderId = orderIdOfSales(id);
  if (orderId === undefined) throw new Error(`there is no draft: ${JSON.stringify(body)}`);
  return { sales, id, orderId, productId };
}

/** Paths of orders that begin as drafts. */
export const draftPaths: readonly OrderPath[] = [
  {
    name: 'draft-short-of-stock-edited-confirmed',
    take: async (stage) => {
      const { sales, id, orderId, productId } = await drafted(stage);
      await sales.status(id, { status: 'confirmed' });
      await sales.patch(`/orders/${id}`, { line_items: [{ product_id: productId, quantity: 1 }] });
      const { status } = await sales.status(id, { status: 'confirmed' });
      if (status !== 200) throw new Error('the draft was not confirmed');
      return orderId;
    },
  },
  {
    name: 'draft-cancelled',
    take: async (stage) => {
      const { sales, id, orderId } = await drafted(stage);
      await sales.status(id, { status: 'cancelled', reason: 'Customer requested cancellation' });
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
