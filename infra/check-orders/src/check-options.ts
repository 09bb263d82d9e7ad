import { parseArgs } from 'node:util';

import { orderStatuses } from '@oms/domain';
import { z } from 'zod';

export const help = `Looks the books of orders over: whether each order's ledgers, documents, status and history agree, whether its payment
provider says the same, and whether a workflow carries on each order that is open or owes the settlement of a notification.
Only reads, unless it is to repair.

  npm run check-orders                             all orders
  npm run check-orders -- --tenant <uuid>          of one tenant
                          --status <status>        in this status; may be given several times
                          --from <ISO 8601>        created then or later
                          --before <ISO 8601>      created before
                          --concurrency <1 to 64>  questions to providers at once; 8 when left out
                          --json                   one JSON object a line: each order that is wrong, then the sum
                          --repair                 starts the workflows that these orders lack, from their records

The database, the accounts of the providers and Temporal are those of the environment (DATABASE_URL, STRIPE_API_KEY,
TEMPORAL_ADDRESS, …), as the payment worker reads them; without DATABASE_URL, those of the local stack that runs.

Ends with 0 when all is well, 1 when something is wrong, 2 when not all could be checked.
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

/** @throws Error that names every option at fault */
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
