import { z } from 'zod';

/** The fields of a page of a list, beside its entries. */
export const pageFields = {
  limit: z.int(),
  next_cursor: z
    .string()
    .nullable()
    .meta({ description: 'The `cursor` of the next page. Null on the last page.' }),
};
