import type { LineQuantity, OrderCommandOf, OrderCommandType } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { quantity } from './create-order-body.js';
import { given } from '../kit/given.js';
import { parseRequest } from '../kit/parse-request.js';
import { text } from '../kit/text-schema.js';
import { uuid } from '../kit/uuid-schema.js';

// What clients send to change an order. As everywhere, a field that is null counts as left out.

const itemQuantity = z.strictObject({
  item_id: uuid.meta({ description: 'The id of the order’s item.' }),
  quantity,
});
const items = z.array(itemQuantity).min(1).max(500);
const reason = text({ minLength: 1, maxLength: 500 })
  .nullish()
  .meta({ description: 'Why, for the order’s history.' });

/** The body of a cancellation. It may be left out. */
export const cancelOrderBody = z.strictObject({ reason }).meta({ description: 'Cancels the order.' });

/** The body of `POST …/fulfillments`. */
export const createFulfillmentBody = z
  .strictObject({
    tracking_number: text({ minLength: 1, maxLength: 255 }).nullish(),
    carrier: text({ minLength: 1, maxLength: 255 }).nullish(),
    items: items.nullish().meta({ description: 'What leaves. All that has not left yet when left out.' }),
  })
  .meta({ description: 'A parcel that leaves the warehouse.' });

/** The body of `POST …/returns`. */
export const createReturnBody = z
  .strictObject({ items: items.meta({ description: 'What the customer sends back.' }), reason })
  .meta({ description: 'Asks for a return of delivered items.' });

/** The body of a decision about a return. */
export const decideReturnBody = z.strictObject({ reason }).meta({ description: 'Decides about a return.' });

/** The body of the receipt of a return. */
export const receiveReturnBody = z
  .strictObject({
    restocked_item_ids: z
      .array(uuid)
      .max(500)
      .nullish()
      .meta({ description: 'The items that can be sold again. All of the return when left out.' }),
  })
  .meta({ description: 'The items of an approved return are back.' });

/** The body of `POST …/refunds`. */
export const createRefundBody = z
  .strictObject({
    amount: amount.nullish().meta({ description: 'How much. Worked out from the items when left out.' }),
    items: items.nullish().meta({ description: 'For which items; each can be refunded once.' }),
    return_id: uuid.nullish().meta({ description: 'For a return that was received.' }),
    reason,
  })
  .meta({
    description: 'Gives money back: an amount, the worth of items or of a return, or all that is left.',
  });

const nouns = { whole: 'the body', part: 'field' };
const toLines = (list: z.output<typeof items>): readonly LineQuantity[] =>
  list.map(({ item_id, quantity }) => ({ lineId: item_id, quantity }));

type Request<Type extends OrderCommandType> = Omit<OrderCommandOf<Type>, 'type'>;

/** @throws RequestError for the first fault, as do all functions here */
export function parseCancelOrder(body: unknown): Request<'cancel'> {
  return given({ reason: parseRequest(cancelOrderBody, body ?? {}, nouns).reason });
}

export function parseCreateFulfillment(body: unknown): Request<'ship'> {
  const parsed = parseRequest(createFulfillmentBody, body ?? {}, nouns);
  return {
    startsProcessing: true,
    ...given({
      trackingNumber: parsed.tracking_number,
      carrier: parsed.carrier,
      lines: parsed.items && toLines(parsed.items),
    }),
  };
}

export function parseCreateReturn(body: unknown): Request<'request_return'> {
  const parsed = parseRequest(createReturnBody, body, nouns);
  return { lines: toLines(parsed.items), ...given({ reason: parsed.reason }) };
}

export function parseDecideReturn(
  body: unknown,
  returnId: string,
  isApproved: boolean,
): Request<'decide_return'> {
  const parsed = parseRequest(decideReturnBody, body ?? {}, nouns);
  return { returnId, isApproved, ...given({ reason: parsed.reason }) };
}

export function parseReceiveReturn(body: unknown, returnId: string): Request<'receive_return'> {
  const parsed = parseRequest(receiveReturnBody, body ?? {}, nouns);
  return { returnId, ...given({ restockedLineIds: parsed.restocked_item_ids }) };
}

/** @param exponent how many decimals the order's currency has */
export function parseCreateRefund(body: unknown, exponent: number): Request<'refund'> {
  const parsed = parseRequest(createRefundBody, body ?? {}, nouns);
  const { amount: wanted } = given({ amount: parsed.amount });
  return given({
    amountMinor: wanted === undefined ? undefined : amountMinor(wanted, exponent, 'amount'),
    lines: parsed.items && toLines(parsed.items),
    returnId: parsed.return_id,
    reason: parsed.reason,
  });
}
