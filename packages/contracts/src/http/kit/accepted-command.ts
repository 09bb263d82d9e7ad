import { z } from 'zod';

import type { Answer } from './define-operation.js';
import { namedResources } from './named-schemas.js';

/** The answer to a command that is accepted and not yet carried out. */
export const acceptedCommandResource = z
  .strictObject({ status: z.literal('accepted') })
  .meta({ description: 'It is accepted and will be done by itself.' })
  .register(namedResources, { id: 'AcceptedCommand' });

/** A command that is accepted and not carried out yet. */
export const acceptedCommand = {
  description: 'It is accepted, and goes on by itself. The same request under the same key tells more.',
  schema: acceptedCommandResource,
  example: { status: 'accepted' },
} as const satisfies Answer;
