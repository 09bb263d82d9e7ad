import type { z } from 'zod';

import type { Answer } from './define-operation.js';

/** The answer to a change that was made. */
export const done = <Schema extends z.ZodType>(
  schema: Schema,
  example: unknown,
  description = 'It is done. `Idempotent-Replayed` says that it had been done before under this key.',
) => ({ description, schema, example, headers: ['Idempotent-Replayed'] }) as const satisfies Answer;
