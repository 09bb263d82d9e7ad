import { foreignUrlSchema } from '@oms/outbound';
import { z } from 'zod';

const nameSchema = z.string().trim().min(1).max(200);

/** The settings of a tenant's Tryton. */
export const trytonSettingsSchema = z.strictObject({
  /** The URL of the server, such as `https://erp.example.com`, without the database. */
  url: foreignUrlSchema.refine((url) => url.search === '', 'must not contain a query'),
  /** The name of the database, a segment of each request's path. */
  database: nameSchema.regex(
    /^\w[\w.-]*$/,
    'must be the name of a database: letters, digits, _, . and -, of which the last two must not be its first',
  ),
  user: nameSchema,
  password: z.string().min(1).max(1_000),
  /** The policy for a line whose SKU is not a product in Tryton. */
  products: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('refuse') }),
    z.strictObject({
      policy: z.literal('create'),
      /** The name of the accounting category of new products. Tryton cannot invoice products without one. */
      accountCategory: nameSchema,
    }),
  ]),
  /** The policy for a customer whose id is not a party in Tryton. */
  parties: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('refuse') }),
    z.strictObject({ policy: z.literal('create') }),
  ]),
  /** The code of the party for orders without a customer. Without it, each such order gets a party of its own. */
  guestPartyCode: nameSchema.optional(),
  /** The codes of the products for discounts, tax and shipping. Without them, such lines have no product. */
  adjustmentProducts: z
    .strictObject({
      discount: nameSchema.optional(),
      tax: nameSchema.optional(),
      shipping: nameSchema.optional(),
    })
    .default({}),
  /**
   * The order's status from which on the sale is confirmed. Tryton starts to process a confirmed sale and cannot
   * cancel it then, while an order can be cancelled until it is `processing`.
   */
  confirmFrom: z.enum(['confirmed', 'processing']).default('processing'),
});
export type TrytonSettings = z.output<typeof trytonSettingsSchema>;
