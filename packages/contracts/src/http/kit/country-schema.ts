import { all } from 'iso-3166-1';
import { z } from 'zod';

import { fault } from './parse-request.js';

/** Kosovo: not assigned by ISO 3166-1, and used by carriers, banks and payment providers as if it were. */
const added = ['XK'];

/** The codes of all countries that an address may be in: ISO 3166-1 alpha-2, in upper case. */
export const countryCodes: readonly string[] = [...all().map(({ alpha2 }) => alpha2), ...added].sort();

const accepted: ReadonlySet<string> = new Set(countryCodes);
const wanted = 'must be an ISO 3166-1 country code in upper case, such as US';

/** The country of an address. */
export const country = z
  .string({ error: fault(wanted) })
  .refine((code) => accepted.has(code), { error: wanted })
  .meta({ enum: [...countryCodes] });
