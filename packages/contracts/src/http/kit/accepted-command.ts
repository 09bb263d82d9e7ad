import { z } from 'zod';

import type { Answer } from './define-operation.js';
import { namedResources } from './named-schemas.js';

/** The promise of a 202: `Location` is the address of the operation, which tells what becomes of the change. */
export const acceptedWords =
  'The order has taken the change in and goes on by itself. `Location` is the address that tells what becomes of it.';

/** The answer to a command that is accepted and not yet carried out. */
export const acceptedCommandResource = z
  .strictObject({ status: z.literal('accepted') })
  .meta({ description: 'It is accepted and will be done by itself.' })
  .register(namedResources, { id: 'AcceptedCommand' });

/** A command that is accepted and not carried out yet. */
export const acceptedCommand = {
  description: acceptedWords,
  headers: ['Location'],
  schema: acceptedCommandResource,
  example: { status: 'accepted' },
} as const satisfies Answer;
