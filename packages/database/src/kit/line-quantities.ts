import type { LineQuantity } from '@oms/domain';

import { Prisma } from '../generated/client.js';

/** A query of units by line: rows of `line_id` and `quantity`. */
export const lineQuantities = (lines: readonly LineQuantity[]): Prisma.Sql => Prisma.sql`
  SELECT "lineId" AS line_id, quantity
  FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS line ("lineId" uuid, quantity int)`;
