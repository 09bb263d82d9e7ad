import { foreignUrlSchema } from '@oms/outbound';
import { z } from 'zod';

const nameSchema = z.string().trim().min(1).max(200);

/** The settings of a tenant's Tryton. */
export const trytonSettingsSchema = z.strictObject({
  /** Of the server: `https://erp.example.com`, without the database. */
  url: foreignUrlSchema.refine((url) => url.search === '', 'must not contain a query'),
  /** A step of the path of each call. */
  database: nameSchema.regex(
    /^\w[\w.-]*$/,
    'must be the name of a database: letters, digits, _, . and -, of which the last two must not be its first',
  ),
  user: nameSchema,
  password: z.string().min(1).max(1_000),
  /** The policy for products that Tryton does not have under the line's SKU. */
  products: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('refuse') }),
    z.strictObject({
      policy: z.literal('create'),
      /** The name of the accounting category of new products: Tryton cannot invoice products without one. */
      accountCategory: nameSchema,
    }),
  ]),
  /** The policy for customers that Tryton does not have under the customer's id. */
  parties: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('refuse') }),
    z.strictObject({ policy: z.literal('create') }),
  ]),
  /** The code of the party that orders without a customer are for. Without it, each is for a party of its own. */
  guestPartyCode: nameSchema.optional(),
  /** Codes of the products that stand for what is not a line of the order. Without them, such lines have no product. */
  adjustmentProducts: z
    .strictObject({
      discount: nameSchema.optional(),
      tax: nameSchema.optional(),
      shipping: nameSchema.optional(),
    })
    .default({}),
  /**
   * The order's status from which on the sale is confirmed. Tryton starts to process what is confirmed, and cannot
   * cancel it then; an order can be cancelled until it is `processing`.
   */
  confirmFrom: z.enum(['confirmed', 'processing']).default('processing'),
});
export type TrytonSettings = z.output<typeof trytonSettingsSchema>;
