import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { orderBody } from '@oms/testing';

import { makeOrder, update } from './change-orders.js';
import type { State } from './change-table.js';
import { eventsOf, type Mutation, type MutationStage, type PreparedMutation } from './mutations.js';
import { createOperatorStage, question } from '../operators/operator-stage.js';

const nothingElse = 'it takes no body, and names nothing beside the order';
const itGoesOn = {
  fields: ['status', 'settled_at'],
  why: 'a refund is asked of the provider after it is answered; a replay shows what became of it',
};

/** A change of an order in a state, which leaves one event of a type. */
function change(
  state: State,
  event: string,
  request: (
    order: Awaited<ReturnType<typeof makeOrder>>,
    stage: MutationStage,
  ) => Pick<PreparedMutation, 'params' | 'body' | 'other'> | Promise<Omit<PreparedMutation, 'effects'>>,
  name = 'none',
): Mutation['prepare'] {
  return async (stage) => {
    const order = await makeOrder(stage, state, name);
    const { params, ...rest } = await request(order, stage);
    return {
      ...rest,
      params: { orderID: order.id, ...params },
      effects: () => eventsOf(stage, order.id, event),
    };
  };
}

function aboutReturn(
  name: string,
  event: string,
  body: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Mutation['prepare'] {
  return change(
    'delivered',
    event,
    ({ returnId }) => ({ params: { returnID: returnId }, body, other: { body: other } }),
    name,
  );
}

/** Each mutation of the Orders API, by its operation. */
export const mutationsOfOrders: Readonly<Record<string, Mutation>> = {
  createOrder: {
    replayStatus: 200,
    async prepare({ stack }) {
      const reference = await stack.simulator.authorization(17_998);
      const { idempotency_key: _key, ...body } = orderBody({ payment_reference: reference });
      const where = { paymentReference: reference };
      return {
        body,
        other: { body: { ...body, channel: 'pos' } },
        effects: () => stack.database.prisma.order.count({ where }),
      };
    },
  },
  editOrder: {
    prepare: change('confirmed', 'order.edited', () => ({
      body: { note: 'ring twice' },
      other: { body: { note: 'ring once' } },
    })),
  },
  cancelOrder: {
    prepare: change('confirmed', 'order.cancelled', () => ({
      body: { reason: 'changed my mind' },
      other: { body: { reason: 'another reason' } },
    })),
  },
  closeOrder: { prepare: change('delivered', 'order.closed', () => ({ other: nothingElse })) },
  createCancellation: {
    prepare: change('confirmed', 'units.cancelled', ({ lineId }) => {
      const items = [{ item_id: lineId, quantity: 1 }];
      return { body: { items }, other: { body: { items, reason: 'not to be had' } } };
    }),
  },
  createFulfillment: {
    prepare: change('confirmed', 'shipment.created', () => ({
      body: { carrier: 'UPS' },
      other: { body: { carrier: 'DHL' } },
    })),
  },
  deliverFulfillment: {
    prepare: change('partly shipped', 'shipment.delivered', async ({ id, shipmentId }, stage) => {
      const { partId = '' } = await update(stage, id, 'ship', { startsProcessing: true });
      return { params: { fulfillmentID: shipmentId }, other: { params: { fulfillmentID: partId } } };
    }),
  },
  correctFulfillment: {
    prepare: change('partly shipped', 'shipment.corrected', ({ shipmentId }) => ({
      params: { fulfillmentID: shipmentId },
      body: { carrier: 'UPS' },
      other: { body: { carrier: 'DHL' } },
    })),
  },
  cancelFulfillment: {
    prepare: change('shipped', 'shipment.cancelled', ({ shipmentId }) => ({
      params: { fulfillmentID: shipmentId },
      body: { reason: 'by mistake' },
      other: { body: { reason: 'lost' } },
    })),
  },
  returnFulfillment: {
    prepare: change('shipped', 'shipment.returned_to_sender', ({ shipmentId, lineId }) => ({
      params: { fulfillmentID: shipmentId },
      body: { reason: 'address unknown' },
      other: { body: { items: [{ item_id: lineId, quantity: 2, condition: 'damaged' }] } },
    })),
  },
  createReturn: {
    prepare: change('delivered', 'return.requested', ({ lineId }) => {
      const items = [{ item_id: lineId, quantity: 1 }];
      return { body: { items }, other: { body: { items, reason: 'too small' } } };
    }),
  },
  approveReturn: {
    prepare: aboutReturn('approve the return', 'return.approved', { reason: 'in time' }, { reason: 'late' }),
  },
  declineReturn: {
    prepare: aboutReturn('decline the return', 'return.declined', { reason: 'late' }, { reason: 'worn' }),
  },
  receiveReturn: {
    prepare: change(
      'delivered',
      'return.received',
      ({ returnId, lineId }) => {
        const items = [{ item_id: lineId, quantity: 1, condition: 'damaged' }];
        return { params: { returnID: returnId }, body: {}, other: { body: { items } } };
      },
      'receive the return',
    ),
  },
  cancelReturn: {
    prepare: aboutReturn('cancel the return', 'return.cancelled', { reason: 'kept' }, { reason: 'lost' }),
  },
  createRefund: {
    moving: itGoesOn,
    prepare: change('confirmed', 'refund.requested', () => ({
      body: { amount: '10.00' },
      other: { body: { amount: '11.00' } },
    })),
  },
  retryOrder: {
    prepare: change('pending', 'order.retry_requested', async ({ id }, { stack }) => {
      // From now on it asks in vain what became of its capture, and writes nothing beside what is asked of it.
      const { body } = await stack.api.getOrder(id);
      const paymentIntent = String(body['payment_reference']);
      await stack.simulator.fault({ operation: question, kind: 'error_before', paymentIntent });
      return operation;
    }),
  },
  giveUpOrder: { prepare: change('pending', 'order.given_up', () => operation) },
  allowShipment: {
    prepare: change('confirmed', 'order.shipment_allowed', async ({ id }, { stack }) => {
      const read = async () => (await stack.api.getOrder(id)).body;
      await stack.simulator.refundByHand(String((await read())['payment_reference']));
      await eventually(`order ${id} being flagged`, async () =>
        JSON.stringify((await read())['flags']) === '["refunded_unshipped"]' ? true : undefined,
      );
      return operation;
    }),
  },
  resolvePayment: {
    async prepare(stage) {
      const { captured, inDoubt } = createOperatorStage(stage.stack);
      const { id } = await inDoubt('hang_after');
      const body = { ...captured, reason: 'the provider is away' };
      return {
        params: { orderID: id },
        body,
        other: { body: { ...body, evidence: `another, ${randomUUID()}` } },
        effects: () => eventsOf(stage, id, 'payment.stated'),
      };
    },
  },
};

const operation = {
  body: { reason: 'the provider is away' },
  other: { body: { reason: 'another reason' } },
};
