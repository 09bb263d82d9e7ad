import { randomUUID } from 'node:crypto';

import { orderBody, orderItem } from '@oms/testing';

import type { OrderPath } from './order-path.js';
import type { Payable, PayableOptions, Stage } from './stage.js';

/** Places the order and waits until its story has come to rest. */
async function settle(stage: Stage, body: Record<string, unknown>): Promise<string> {
  const orderId = await stage.place(body);
  await stage.untilAtRest(orderId);
  return orderId;
}

/** A path that depends on nothing but what was ordered and how the payment stands. */
function plain(name: string, options: PayableOptions = {}): OrderPath {
  return { name, take: async (stage) => settle(stage, (await stage.payable(options)).body) };
}

/** A path on which something is done between making an order and placing it. */
function prepared(
  name: string,
  prepare: (stage: Stage, payable: Payable) => Promise<Readonly<Record<string, unknown>> | undefined>,
): OrderPath {
  return {
    name,
    take: async (stage) => {
      const payable = await stage.payable();
      return settle(stage, { ...payable.body, ...(await prepare(stage, payable)) });
    },
  };
}

/** Paths on which every step is answered at once: for the order, or against it. */
export const decidedPaths: readonly OrderPath[] = [
  plain('confirmed'),
  {
    name: 'confirmed-without-payment',
    take: (stage) => settle(stage, orderBody({ items: [orderItem({ unit_price: '0' })] })),
  },
  plain('declined-at-authorise', { status: 'requires_payment_method' }),
  prepared('declined-at-capture', async (stage, { reference }) => {
    await stage.breakPayment(reference, {
      operation: 'payment_intents.capture',
      kind: 'decline',
      declineCode: 'insufficient_funds',
      times: 1,
    });
    return undefined;
  }),
  plain('out-of-stock', { stockedUnits: 1 }),
  prepared('external-id-in-use', async (stage) => {
    const external_id = `external-${randomUUID()}`;
    const other = await stage.payable({ order: { external_id } });
    await settle(stage, other.body);
    return { external_id };
  }),
  {
    name: 'cancelled-after-confirmed',
    take: async (stage) => {
      const orderId = await settle(stage, (await stage.payable()).body);
      await stage.cancel(orderId);
      await stage.stack.orderReaching(orderId, ['cancelled']);
      await stage.untilAtRest(orderId);
      return orderId;
    },
  },
];
