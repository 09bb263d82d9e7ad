import {
  limits,
  maxAmountMinor,
  maxTaxRateMillionths,
  RefusalCode,
  refusalIn,
  refused,
  unitConditions,
  type OrderCommand,
  type OrderCommandOf,
  type OrderCommandType,
} from '@oms/domain';
import { z } from 'zod';

import { recordPaymentBody } from '../http/invoices/invoice-bodies.js';
import { metadataChange } from '../http/kit/metadata-schema.js';
import { fault, parseRequest } from '../http/kit/parse-request.js';
import { text } from '../http/kit/text-schema.js';
import { uuid } from '../http/kit/uuid-schema.js';
import { operationBody, resolvePaymentBody } from '../http/operators/operation-bodies.js';
import { orderItem, paymentReference } from '../http/orders/create-order-body.js';
import { note, tags } from '../http/orders/annotation-schemas.js';
import { addressChange, version } from '../http/orders/edit-order-body.js';
import { cancelOrderBody, createFulfillmentBody } from '../http/orders/order-change-bodies.js';

// Commands name their fields as the domain does, and have amounts in minor units. Every other field is that of a body.

/** A field that a body may leave out or have as null, and that a command may only leave out. */
const optional = <Field extends z.ZodType>(field: z.ZodOptional<z.ZodNullable<Field>>) =>
  field.unwrap().unwrap().exactOptional();

const wantedAmount = 'must be a whole number of minor units that is not negative';
const amountMinor = z
  .int({ error: fault(wantedAmount) })
  .min(0, { error: wantedAmount })
  .max(maxAmountMinor, { error: `must be at most ${maxAmountMinor} minor units` });

const item = orderItem.shape;
const newLine = z
  .object({
    quantity: item.quantity,
    unitPriceMinor: amountMinor,
    requiresShipping: z.boolean(),
    taxRateMillionths: z.int().min(0).max(maxTaxRateMillionths).exactOptional(),
    taxMinor: amountMinor.exactOptional(),
    productTitle: optional(item.product_title),
    productId: text({ maxLength: limits.name }).exactOptional(),
    variantId: optional(item.variant_id),
    locationId: optional(item.location_id),
    sku: optional(item.sku),
    variantTitle: optional(item.variant_title),
  })
  .refine(
    ({ variantId, locationId, sku }) =>
      locationId === undefined || variantId !== undefined || sku !== undefined,
    { path: ['locationId'], error: 'needs the variantId or the sku that is taken from it' },
  )
  .refine(({ taxRateMillionths, taxMinor }) => taxRateMillionths === undefined || taxMinor === undefined, {
    path: ['taxMinor'],
    error: 'must be left out with taxRateMillionths',
  });

/** A field that a body and a command may leave out. */
const exact = <Field extends z.ZodType>(field: z.ZodOptional<Field>) => field.unwrap().exactOptional();

const home = addressChange.shape;
const address = z.strictObject({
  name: exact(home.name),
  company: exact(home.company),
  line1: exact(home.line1),
  line2: exact(home.line2),
  city: exact(home.city),
  state: exact(home.state),
  postalCode: exact(home.postal_code),
  country: exact(home.country),
  phone: exact(home.phone),
  email: exact(home.email),
});

/** The id of a part of the order. Ids of other forms are ids of no part, which the decision says. */
const partId = text({ maxLength: limits.name });
const unitsOfLine = { lineId: partId, quantity: item.quantity };
const lines = z.array(z.object(unitsOfLine)).max(limits.lines);
const conditionedUnits = z
  .array(z.object({ ...unitsOfLine, condition: z.enum(unitConditions) }))
  .max(limits.lines * unitConditions.length)
  .exactOptional();
const reason = optional(cancelOrderBody.shape.reason);
const parcel = createFulfillmentBody.shape;
const payment = recordPaymentBody.shape;
const statement = resolvePaymentBody.shape;

/** The name and the reason of an operator. */
const request = {
  by: text({ minLength: 1, maxLength: limits.name, isNotBlank: true }),
  reason: operationBody.shape.reason,
};

type Shape<Type extends OrderCommandType> = z.ZodType<Omit<OrderCommandOf<Type>, 'type'>>;

const shapes = {
  edit: z.object({
    version: version.exactOptional(),
    lines: z.array(newLine).max(limits.lines).exactOptional(),
    discountMinor: amountMinor.exactOptional(),
    taxMinor: amountMinor.exactOptional(),
    taxesIncluded: z.boolean().exactOptional(),
    shippingMinor: amountMinor.exactOptional(),
    paymentReference: paymentReference.exactOptional(),
    shippingAddress: address.nullable().exactOptional(),
    billingAddress: address.nullable().exactOptional(),
    shippingMethod: parcel.carrier.unwrap().exactOptional(),
    note: note.nullable().exactOptional(),
    tags: tags.nullable().exactOptional(),
    metadata: metadataChange.nullable().exactOptional(),
  }),
  confirm: z.object({}),
  cancel: z.object({ reason }),
  cancel_units: z.object({ lines, reason }),
  start_processing: z.object({}),
  ship: z.object({
    trackingNumber: optional(parcel.tracking_number),
    carrier: optional(parcel.carrier),
    lines: lines.exactOptional(),
    startsProcessing: z.boolean().exactOptional(),
    needsTracking: z.boolean().exactOptional(),
  }),
  deliver: z.object({ shipmentId: partId.exactOptional() }),
  correct_shipment: z.object({
    shipmentId: partId.exactOptional(),
    trackingNumber: parcel.tracking_number.unwrap().exactOptional(),
    carrier: parcel.carrier.unwrap().exactOptional(),
    needsTracking: z.boolean().exactOptional(),
  }),
  cancel_shipment: z.object({ shipmentId: partId, reason }),
  return_to_sender: z.object({ shipmentId: partId, units: conditionedUnits, reason }),
  close: z.object({}),
  request_return: z.object({ lines, reason }),
  decide_return: z.object({ returnId: partId, isApproved: z.boolean(), reason }),
  receive_return: z.object({ returnId: partId, units: conditionedUnits }),
  cancel_return: z.object({ returnId: partId, reason }),
  refund: z.object({
    all: z.boolean().exactOptional(),
    returnId: partId.exactOptional(),
    lines: lines.exactOptional(),
    amountMinor: amountMinor.exactOptional(),
    force: z.boolean().exactOptional(),
    reason,
  }),
  issue_invoice: z.object({ invoiceId: uuid }),
  void_invoice: z.object({ invoiceId: uuid }),
  record_payment: z.object({
    invoiceId: uuid,
    amountMinor,
    currency: payment.currency,
    method: payment.payment_method,
    reference: optional(payment.reference),
  }),
  retry: z.object(request),
  give_up: z.object(request),
  allow_shipment: z.object(request),
  resolve_payment: z.object({
    ...request,
    outcome: statement.outcome,
    amountMinor: amountMinor.exactOptional(),
    providerObjectId: optional(statement.provider_object_id),
    evidence: statement.evidence,
    evidenceUrl: optional(statement.evidence_url),
  }),
} as const satisfies { readonly [Type in OrderCommandType]: Shape<Type> };

/**
 * Parses a command. Operators send commands to a workflow by hand, past the parsers of the APIs.
 *
 * @returns the command without unknown fields
 * @throws RefusedError that names the fields at fault
 */
export function parseOrderCommand<Command extends OrderCommand>(command: Command): Command {
  const { type, ...fields }: { readonly type: unknown } = command;
  if (!isCommandType(type)) throw refused(RefusalCode.Malformed, 'there is no such command');
  try {
    // Every message begins with the type.
    const parsed = parseRequest(underType, { [type]: fields }, nouns)[type];
    return { type, ...parsed } as Command; // By the shape of its type.
  } catch (error) {
    const { message, field, details } = refusalIn(error);
    const [first] = details?.faults ?? [];
    throw refused(codeOf(first?.field), message, field === undefined ? {} : { field });
  }
}

/** A command under its type, so that the path of each field begins with the type. */
const underType = z.object(shapes).partial();

const nouns = { whole: 'the command', part: 'field' };

const isCommandType = (type: unknown): type is OrderCommandType =>
  typeof type === 'string' && Object.hasOwn(shapes, type);

/** Invalid numbers have the codes of numbers that an order does not have. */
function codeOf(field = ''): RefusalCode {
  if (/\bquantity$/.test(field)) return RefusalCode.QuantityNotAvailable;
  return field.endsWith('Minor') ? RefusalCode.AmountNotAvailable : RefusalCode.Malformed;
}
