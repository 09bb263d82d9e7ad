import { z } from 'zod';

import { currencyCodesAccepted, findCurrency } from './currency.js';

/** The currency of an order whose client names none. */
export const defaultCurrency = 'USD';

/** A currency that an order can be in. */
export const currency = z
  .string()
  .superRefine((code, context) => {
    if (findCurrency(code)) return;
    context.addIssue({
      code: 'custom',
      message: 'must be an ISO 4217 currency code in upper case, such as USD',
    });
  })
  .meta({ enum: currencyCodesAccepted });
