import {
  assertMovable,
  limits,
  unitConditions,
  type Currency,
  type LineQuantity,
  type OrderCommandOf,
  type OrderCommandType,
} from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { quantity } from './create-order-body.js';
import { given } from '../kit/given.js';
import { needsWhereTrue } from '../kit/fields-together.js';
import { requiredField } from '../kit/parse-request.js';
import { identifier, text } from '../kit/text-schema.js';
import { uuid } from '../kit/uuid-schema.js';
import { namedBodies } from '../kit/named-schemas.js';
import { namesAChange } from '../kit/names-a-change.js';

// The bodies of changes of an order. A null field counts as left out, as on all APIs, except in a PATCH.

const itemQuantity = z.strictObject({
  item_id: uuid.meta({ description: 'The id of the order’s item.' }),
  quantity,
});
const items = z.array(itemQuantity).min(1).max(limits.lines);
const reason = text({ minLength: 1, maxLength: limits.reason })
  .nullish()
  .meta({ description: 'Why, for the order’s history.' });

const nullRemoves = 'Null: none any longer.';

/** The body of a cancellation, which is optional. */
export const cancelOrderBody = z
  .strictObject({ reason })
  .meta({ description: 'Cancels the order.' })
  .register(namedBodies, { id: 'CancelOrder' });

/** The body of `POST …/cancellations`. */
export const createCancellationBody = z
  .strictObject({ items: items.meta({ description: 'What is not going to be shipped.' }), reason })
  .meta({ description: 'Cancels items that have not shipped.' })
  .register(namedBodies, { id: 'CreateCancellation' });

/** The body of `POST …/fulfillments`. */
export const createFulfillmentBody = z
  .strictObject({
    tracking_number: identifier({ minLength: 1, maxLength: limits.name }).nullish(),
    carrier: text({ minLength: 1, maxLength: limits.name }).nullish(),
    items: items.nullish().meta({ description: 'What leaves. All that is left to ship when left out.' }),
  })
  .meta({ description: 'A parcel that leaves the warehouse.' })
  .register(namedBodies, { id: 'CreateFulfillment' });

/** The body of `PATCH …/fulfillments/{fulfillmentID}`. */
export const correctFulfillmentBody = z
  .strictObject({
    tracking_number: createFulfillmentBody.shape.tracking_number.meta({ description: nullRemoves }),
    carrier: createFulfillmentBody.shape.carrier.meta({ description: nullRemoves }),
  })
  .refine(namesAChange.check, namesAChange.fault)
  .meta({ description: 'Corrects a parcel. What is left out stays as it is.', ...namesAChange.schema })
  .register(namedBodies, { id: 'CorrectFulfillment' });

/** The body of the cancellation of a shipment. */
export const cancelFulfillmentBody = z
  .strictObject({ reason })
  .meta({ description: 'Takes a parcel back that has not arrived.' })
  .register(namedBodies, { id: 'CancelFulfillment' });

/** The condition of every unit of a return or a parcel. A function, because the words differ. */
const itemsByCondition = (descriptions: { readonly condition: string; readonly items: string }) =>
  z
    .array(
      itemQuantity.extend({
        condition: z.enum(unitConditions).meta({ description: descriptions.condition }),
      }),
    )
    .min(1)
    .max(limits.lines * unitConditions.length)
    .nullish()
    .meta({ description: descriptions.items });

/** The body of the return of a shipment to its sender. */
export const returnFulfillmentBody = z
  .strictObject({
    items: itemsByCondition({
      condition:
        '`restock`: can be sold again, and is left to ship again. `damaged`: is back, and cannot be sold again. `missing`: did not come back. What is damaged or missing can be refunded.',
      items: 'The condition of every unit of the parcel. All can be sold again when left out.',
    }),
    reason,
  })
  .meta({ description: 'A parcel came back undelivered, or was lost.' })
  .register(namedBodies, { id: 'ReturnFulfillment' });

/** The body of `POST …/returns`. */
export const createReturnBody = z
  .strictObject({ items: items.meta({ description: 'What the customer sends back.' }), reason })
  .meta({ description: 'Asks for a return of delivered items.' })
  .register(namedBodies, { id: 'CreateReturn' });

/** The body of a decision about a return. */
export const decideReturnBody = z
  .strictObject({ reason })
  .meta({ description: 'Decides about a return.' })
  .register(namedBodies, { id: 'DecideReturn' });

/** The body of the cancellation of a return. */
export const cancelReturnBody = z
  .strictObject({ reason })
  .meta({ description: 'Ends a return whose goods have not come.' })
  .register(namedBodies, { id: 'CancelReturn' });

/** The body of the receipt of a return. */
export const receiveReturnBody = z
  .strictObject({
    items: itemsByCondition({
      condition:
        '`restock`: can be sold again. `damaged`: is back, and cannot be sold again. `missing`: did not come back; it is not refunded with the return, and can be returned later.',
      items: 'The condition of every unit of the return. All can be sold again when left out.',
    }),
  })
  .meta({ description: 'Items of an approved return are back.' })
  .register(namedBodies, { id: 'ReceiveReturn' });

/** The body of `POST …/refunds`. */
export const createRefundBody = z
  .strictObject({
    amount: amount.nullish().meta({
      description:
        'How much. Worked out from the items when left out. Refused where the payment provider cannot move it: 6.175 BHD at one that moves hundredths.',
    }),
    items: items.nullish().meta({
      description:
        'For which items. They come to what they are worth, less what was given back of them. Those that have not shipped are cancelled, unless an `amount` is named. With `return_id`: items of that return.',
    }),
    return_id: uuid.nullish().meta({ description: 'For a return that was received.' }),
    all: z.boolean().nullish().meta({
      description:
        'True for all that is left. Items that have not shipped are cancelled. Cannot be combined with the fields above.',
    }),
    force: z.boolean().nullish().meta({
      description:
        'True to give money back although the customer disputes the payment and may get it from the bank as well. Needs a `reason`.',
    }),
    reason,
  })
  .superRefine(({ force, reason: why }, context) => {
    if (force !== true || typeof why === 'string') return;
    context.addIssue({
      ...{ code: 'custom', path: ['reason'], message: 'is required with force' },
      params: requiredField,
    });
  })
  .meta({
    ...needsWhereTrue('force', 'reason'),
    description:
      'Gives money back: an amount, the worth of items or of a return, or all that is left. One of `amount`, `items`, `return_id` and `all` is needed.',
  })
  .register(namedBodies, { id: 'CreateRefund' });

const toLines = (list: z.output<typeof items>): readonly LineQuantity[] =>
  list.map(({ item_id, quantity }) => ({ lineId: item_id, quantity }));

type Request<Type extends OrderCommandType> = Omit<OrderCommandOf<Type>, 'type'>;

type Body<Schema extends z.ZodType> = z.output<Schema>;

// Conversions of parsed bodies to commands.

export function toCancel({ reason: why }: Body<typeof cancelOrderBody>): Request<'cancel'> {
  return given({ reason: why });
}

export function toCancelUnits(body: Body<typeof createCancellationBody>): Request<'cancel_units'> {
  return { lines: toLines(body.items), ...given({ reason: body.reason }) };
}

export function toShip(body: Body<typeof createFulfillmentBody>): Request<'ship'> {
  return {
    startsProcessing: true,
    ...given({
      trackingNumber: body.tracking_number,
      carrier: body.carrier,
      lines: body.items && toLines(body.items),
    }),
  };
}

export function toCorrectShipment({
  tracking_number: trackingNumber,
  carrier,
}: Body<typeof correctFulfillmentBody>): Omit<Request<'correct_shipment'>, 'shipmentId'> {
  return {
    ...(trackingNumber === undefined ? {} : { trackingNumber }),
    ...(carrier === undefined ? {} : { carrier }),
  };
}

export function toCancelShipment(
  body: Body<typeof cancelFulfillmentBody>,
  shipmentId: string,
): Request<'cancel_shipment'> {
  return { shipmentId, ...given({ reason: body.reason }) };
}

const toConditionedUnits = (list: Body<typeof receiveReturnBody>['items']) =>
  list?.map(({ item_id, ...unit }) => ({ lineId: item_id, ...unit }));

export function toReturnToSender(
  body: Body<typeof returnFulfillmentBody>,
  shipmentId: string,
): Request<'return_to_sender'> {
  return { shipmentId, ...given({ units: toConditionedUnits(body.items), reason: body.reason }) };
}

export function toRequestReturn(body: Body<typeof createReturnBody>): Request<'request_return'> {
  return { lines: toLines(body.items), ...given({ reason: body.reason }) };
}

export function toDecideReturn(
  body: Body<typeof decideReturnBody>,
  returnId: string,
  isApproved: boolean,
): Request<'decide_return'> {
  return { returnId, isApproved, ...given({ reason: body.reason }) };
}

export function toReceiveReturn(
  body: Body<typeof receiveReturnBody>,
  returnId: string,
): Request<'receive_return'> {
  return { returnId, ...given({ units: toConditionedUnits(body.items) }) };
}

export function toCancelReturn(
  body: Body<typeof cancelReturnBody>,
  returnId: string,
): Request<'cancel_return'> {
  return { returnId, ...given({ reason: body.reason }) };
}

/**
 * @param moneyStepMinor the order's provider moves multiples of this amount only
 * @throws RefusedError for an amount with more decimals than the currency has, or that the provider cannot move
 */
export function toRefund(
  body: Body<typeof createRefundBody>,
  currency: Currency,
  moneyStepMinor: number,
): Request<'refund'> {
  const { amount: wanted } = given({ amount: body.amount });
  const wantedMinor = wanted === undefined ? undefined : amountMinor(wanted, currency.exponent, 'amount');
  // Refused before the order takes the change.
  if (wantedMinor !== undefined) assertMovable(wantedMinor, moneyStepMinor, currency);
  return given({
    all: body.all,
    force: body.force,
    amountMinor: wantedMinor,
    lines: body.items && toLines(body.items),
    returnId: body.return_id,
    reason: body.reason,
  });
}
