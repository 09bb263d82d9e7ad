import { limits } from '@oms/domain';

import { country } from './country-schema.js';
import { text } from './text-schema.js';

/** The fields of a place in a request: an address without the people there. */
export const placeFields = {
  line1: text({ minLength: 1, maxLength: limits.name }),
  line2: text({ maxLength: limits.name }).nullish(),
  city: text({ minLength: 1, maxLength: limits.name }),
  state: text({ maxLength: limits.name }).nullish(),
  postal_code: text({ maxLength: 32 }).nullish(),
  country,
};
