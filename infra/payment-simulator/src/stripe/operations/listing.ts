import { z } from 'zod';

import type { Collection, StoredRecord } from '../../store/collection.js';
import type { Execution } from '../execution.js';
import { formInteger, formText } from '../form.js';
import { invalidRequest, resourceMissing } from '../stripe-error.js';

const range = z.strictObject({
  gt: formInteger.optional(),
  gte: formInteger.optional(),
  lt: formInteger.optional(),
  lte: formInteger.optional(),
});

/** What every list takes. @see https://docs.stripe.com/api/pagination */
export const listParams = {
  limit: formInteger
    .refine((limit) => limit >= 1, { error: 'This value must be greater than or equal to 1.' })
    .refine((limit) => limit <= 100, { error: 'This value must be less than or equal to 100.' })
    .default(10),
  starting_after: formText.optional(),
  ending_before: formText.optional(),
  created: z.union([formInteger.transform((at) => ({ gte: at, lte: at })), range]).optional(),
};

type ListParams = z.infer<z.ZodObject<typeof listParams>>;

interface ListOptions<R> {
  readonly collection: Collection<R & StoredRecord>;
  /** What the objects are called in messages. */
  readonly kind: string;
  readonly path: string;
  readonly filter?: (record: R) => boolean;
  /** Only the records of this group. */
  readonly group?: string | undefined;
  readonly render: (record: R) => object;
}

/** A page of a list, newest first. */
export function renderList<R extends StoredRecord & { readonly created: number }>(
  execution: Execution,
  { limit, starting_after: after, ending_before: before, created = {} }: ListParams,
  { collection, kind, path, filter = () => true, group, render }: ListOptions<R>,
): object {
  if (after !== undefined && before !== undefined) {
    const message = 'You may only specify one of these parameters: ending_before, starting_after.';
    throw invalidRequest(message, { param: 'ending_before' });
  }
  for (const [param, id] of Object.entries({ starting_after: after, ending_before: before })) {
    if (id !== undefined && !execution.transaction.get(collection, id))
      throw resourceMissing(kind, id, param);
  }
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }: z.infer<typeof range> = created;
  const page = collection.page(
    { limit, ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) },
    (record) => {
      const at = record.created;
      return at > gt && at >= gte && at < lt && at <= lte && filter(record);
    },
    group,
  );
  return { object: 'list', data: page.records.map(render), has_more: page.hasMore, url: path };
}
