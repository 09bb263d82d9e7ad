import { parseArgs } from 'node:util';

import { orderStatuses } from '@oms/domain';
import { z } from 'zod';

export const help = `Checks the records of orders: whether each order's ledgers, documents, status and history agree, whether they agree with its
payment provider, and whether each order that is open or has an unsettled payment notification has a running workflow.
Also lists orders with an outcome that is still unknown ("unsettled"), and orders with money at risk, with the amount and the reason:
a dispute, a charge after a cancellation, a refund that failed, an authorisation that lapses. Only reads, unless --repair is given.

  npm run check-orders                             all orders
  npm run check-orders -- --tenant <uuid>          of one tenant
                          --status <status>        in this status; may be given several times
                          --from <ISO 8601>        created then or later
                          --before <ISO 8601>      created before
                          --concurrency <1 to 64>  concurrent requests to providers; default 8
                          --json                   one JSON object a line: each order that is listed, then the totals
                          --repair                 starts the missing workflows from the records of their orders

The database, the providers' accounts and Temporal are set by the payment worker's variables (DATABASE_URL,
STRIPE_API_KEY, TEMPORAL_ADDRESS, …). Without DATABASE_URL, those of the running local stack are used.

Exit status: 0 if every order is correct, 1 if one is wrong, 2 if one could not be checked.
`;

const time = z.iso.datetime({ offset: true }).or(z.iso.date());
const options = z.strictObject({
  tenant: z.uuid({ error: 'must be a UUID' }).optional(),
  status: z.array(z.enum(orderStatuses, { error: `must be one of ${orderStatuses.join(', ')}` })).optional(),
  from: time.optional(),
  before: time.optional(),
  concurrency: z
    .string()
    .regex(/^\d+$/, { error: 'must be a whole number from 1 to 64' })
    .transform(Number)
    .refine((count) => count >= 1 && count <= 64, { error: 'must be a whole number from 1 to 64' })
    .default(8),
  json: z.boolean().default(false),
  repair: z.boolean().default(false),
  help: z.boolean().default(false),
});
export type CheckCommand = z.infer<typeof options>;

/** @throws Error that names every invalid option */
export function parseCheckOptions(args: readonly string[]): CheckCommand {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ tenant: text, from: text, before: text, concurrency: text },
      status: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      repair: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { success, data, error } = options.safeParse(values);
  if (success) return data;
  throw new Error(error.issues.map(({ path, message }) => `--${String(path[0])} ${message}`).join('\n'));
}
