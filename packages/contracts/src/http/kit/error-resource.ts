import { z } from 'zod';

import { namedResources } from './named-schemas.js';

/** An error, whatever its status. */
export const errorResource = z
  .strictObject({ error: z.string() })
  .meta({ description: 'What went wrong, in words for a person.' })
  .register(namedResources, { id: 'Error' });
