import { limits, type Seller } from '@oms/domain';
import { z } from 'zod';

import { placeResourceFields, renderPlace } from '../kit/address-resource.js';
import { given } from '../kit/given.js';
import { namedBodies, namedResources } from '../kit/named-schemas.js';
import { placeFields } from '../kit/place-schema.js';
import { text } from '../kit/text-schema.js';

const lines = { maxLength: limits.reason, multiline: true };
const taxIdName = 'Such as `VAT ID`, printed before the value.';

/** The body of `PUT /api/v1/oms/seller`. */
export const replaceSellerBody = z
  .strictObject({
    legal_name: text({ minLength: 1, maxLength: limits.name, isNotBlank: true }),
    address: z.strictObject(placeFields),
    tax_ids: z
      .array(
        z.strictObject({
          name: text({ minLength: 1, maxLength: 40 }).meta({ description: taxIdName }),
          value: text({ minLength: 1, maxLength: 64 }),
        }),
      )
      .max(limits.taxIds)
      .nullish()
      .meta({ description: 'Printed in this sequence, and not checked.' }),
    contact: text({ maxLength: limits.name })
      .nullish()
      .meta({ description: 'One line, such as an e-mail address and a phone number.' }),
    bank_details: text(lines).nullish().meta({ description: 'Where to pay; may have several lines.' }),
    payment_terms: text(lines).nullish().meta({ description: 'Printed as it is; may have several lines.' }),
    payment_due_days: z
      .int()
      .min(0)
      .max(limits.paymentDueDays)
      .nullish()
      .meta({ description: 'Invoices are due so many days after their issue. Without it: no due date.' }),
  })
  .meta({ description: 'The whole seller: fields that are left out are removed.' })
  .register(namedBodies, { id: 'ReplaceSeller' });

/** The seller of an organisation. */
export const sellerResource = z
  .strictObject({
    legal_name: z.string(),
    address: z.strictObject(placeResourceFields),
    tax_ids: z.array(
      z.strictObject({ name: z.string().meta({ description: taxIdName }), value: z.string() }),
    ),
    contact: z.string().nullable(),
    bank_details: z.string().nullable(),
    payment_terms: z.string().nullable(),
    payment_due_days: z.int().nullable(),
  })
  .register(namedResources, { id: 'Seller' });

/** Converts the body of `PUT /api/v1/oms/seller`. */
export function toSeller(body: z.output<typeof replaceSellerBody>): Seller {
  const { line1, city, country, line2, state, postal_code: postalCode } = body.address;
  return {
    legalName: body.legal_name,
    address: { line1, city, country, ...given({ line2, state, postalCode }) },
    taxIds: body.tax_ids ?? [],
    ...given({
      contact: body.contact,
      bankDetails: body.bank_details,
      paymentTerms: body.payment_terms,
      paymentDueDays: body.payment_due_days,
    }),
  };
}

/** Renders a seller. */
export function renderSeller(seller: Seller): z.output<typeof sellerResource> {
  return {
    legal_name: seller.legalName,
    address: renderPlace(seller.address),
    tax_ids: seller.taxIds.map(({ name, value }) => ({ name, value })),
    contact: seller.contact ?? null,
    bank_details: seller.bankDetails ?? null,
    payment_terms: seller.paymentTerms ?? null,
    payment_due_days: seller.paymentDueDays ?? null,
  };
}
