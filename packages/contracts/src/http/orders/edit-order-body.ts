import { limits, type AddressChange, type OrderCommandOf } from '@oms/domain';
import { z } from 'zod';

import { needs } from '../kit/fields-together.js';
import { given } from '../kit/given.js';
import { metadataChange } from '../kit/metadata-schema.js';
import { namedBodies } from '../kit/named-schemas.js';
import { namesAChange } from '../kit/names-a-change.js';
import { requiredField } from '../kit/parse-request.js';
import { text } from '../kit/text-schema.js';
import { note, tags } from './annotation-schemas.js';
import { shippingAddress } from './create-order-body.js';

// A body of a PATCH changes the fields that it names. Null removes a value; a field that is never empty refuses null.

/** The version of an order that a change is meant for. */
export const version = z.int().min(1);

const { line1, city, country, ...rest } = shippingAddress.shape;

/** A change of an address. */
export const addressChange = z
  .strictObject({ ...rest, line1: line1.optional(), city: city.optional(), country: country.optional() })
  .superRefine((address, context) => {
    if (address.line1 === undefined) return;
    for (const part of ['city', 'country'] as const) {
      if (address[part] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [part], message: 'is required', params: requiredField });
    }
  })
  .meta({
    allOf: [needs('line1', 'city'), needs('line1', 'country')],
    description:
      'With `line1`, `city` and `country`: another address. Without `line1`: a correction of the parts that it names; null removes one.',
  });

const untilShipped = 'Until the last item has shipped. Null: none any longer.';

/** The fields that every API with a change of orders lets change. */
export const orderChangeFields = {
  version: version.optional().meta({
    description:
      'The version that is changed, as it was answered: a newer one is a 409. The newest when left out.',
  }),
  shipping_address: addressChange.nullish().meta({ description: untilShipped }),
  billing_address: addressChange.nullish().meta({ description: untilShipped }),
  shipping_method: text({ minLength: 1, maxLength: limits.name })
    .nullish()
    .meta({ description: untilShipped }),
  note: note.nullish().meta({ description: 'For people; at any time, as tags and metadata.' }),
  tags: tags.nullish().meta({ description: 'All tags anew. Each is kept once.' }),
  metadata: metadataChange.nullish().meta({
    description: 'Entries that are left out stay, and null removes one. Null for the whole removes all.',
  }),
};

/** The body of `PATCH /api/v1/oms/orders/{orderID}`. */
export const editOrderBody = z
  .strictObject(orderChangeFields)
  .refine(namesAChange.check, namesAChange.fault)
  .meta({
    description: 'Changes an order. Fields that are left out stay as they are.',
    ...namesAChange.schema,
  })
  .register(namedBodies, { id: 'EditOrder' });

type OrderChangeFields = z.output<typeof editOrderBody>;

/** Converts the fields of a change that all APIs have. */
export function toOrderEdit(body: OrderChangeFields): Omit<OrderCommandOf<'edit'>, 'type'> {
  const { shipping_address: shipTo, billing_address: billTo, shipping_method: shippingMethod } = body;
  return {
    ...given({ version: body.version }),
    ...(shipTo === undefined ? {} : { shippingAddress: shipTo && toAddressChange(shipTo) }),
    ...(billTo === undefined ? {} : { billingAddress: billTo && toAddressChange(billTo) }),
    ...(shippingMethod === undefined ? {} : { shippingMethod }),
    ...(body.note === undefined ? {} : { note: body.note }),
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
  };
}

function toAddressChange({
  postal_code: postalCode,
  ...parts
}: z.output<typeof addressChange>): AddressChange {
  const entries = Object.entries({ ...parts, postalCode }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries); // Without the undefined values, which the schema allows.
}
