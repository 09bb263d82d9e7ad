import { parseTaxRate, RefusedError, type LineTax } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { excludes } from '../kit/fields-together.js';
import { given } from '../kit/given.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { fault } from '../kit/parse-request.js';

const wantedRate = 'must be a percentage that is not negative, such as "7.5"';

/** A tax rate in percent. {@link toLineTax} checks its size and its decimals. */
const taxRate = z.union(
  [
    z
      .string()
      .max(40, { error: wantedRate })
      .regex(/^(0|[1-9]\d*)(\.\d+)?$/, { error: wantedRate })
      .meta({ pattern: '^((0|[1-9]\\d?)(\\.\\d{1,4}0*)?|100(\\.0+)?)$' }),
    z.number().min(0, { error: wantedRate }).meta({ maximum: 100 }),
  ],
  { error: fault(wantedRate) },
);

/** The tax of a line of its own. */
export const lineTaxFields = {
  tax_rate: taxRate.nullish().meta({
    description:
      'The tax of this line in percent, such as `"19"` or `"7.5"`. It is worked out from the price of all units after the discount, and rounded half up.',
  }),
  tax_amount: amount.nullish().meta({
    description:
      'The tax of all units of this line, after the discount, in place of `tax_rate`. Lines without either are untaxed where another line has one.',
  }),
};

/** The rule that a line states its tax by a rate or by an amount. */
export const oneTaxOfLine = {
  check: (
    line: { readonly tax_rate?: unknown; readonly tax_amount?: unknown },
    context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
  ): void => {
    const isStated = (value: unknown): boolean => value !== undefined && value !== null;
    if (!isStated(line.tax_rate) || !isStated(line.tax_amount)) return;
    context.addIssue({ code: 'custom', path: ['tax_amount'], message: 'must be left out with tax_rate' });
  },
  schema: excludes('tax_rate', 'tax_amount'),
};

/** Whether the prices of an order include its tax. */
export const taxesIncluded = z.boolean().meta({
  description: 'Whether the prices include the tax, so that the total does not add it.',
});

/**
 * Converts the tax of a line.
 *
 * @param field the path of the line in the request
 * @throws RefusedError for a rate or an amount that cannot be
 */
export function toLineTax(
  line: {
    readonly tax_rate?: string | number | null | undefined;
    readonly tax_amount?: string | number | null | undefined;
  },
  exponent: number,
  field: string,
): LineTax {
  const { tax_rate: rate, tax_amount: tax } = line;
  return given({
    taxRateMillionths: rate === undefined || rate === null ? undefined : rateOf(rate, `${field}.tax_rate`),
    taxMinor:
      tax === undefined || tax === null ? undefined : amountMinor(tax, exponent, `${field}.tax_amount`),
  });
}

function rateOf(rate: string | number, field: string): number {
  try {
    return parseTaxRate(rate);
  } catch (error) {
    if (error instanceof RefusedError) throw invalidRequest(`${field} ${error.message}`, field);
    throw error;
  }
}
