import fc from 'fast-check';

import { maxAmountMinor } from '../kit/money.js';
import { RefusedError } from '../kit/refusal.js';

/** Amounts in minor units: any, small ones, and those beside the limits. */
export const amounts = fc.oneof(
  fc.integer({ min: 0, max: maxAmountMinor }),
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom(0, 1, 9, 10, 99, 100, 101, maxAmountMinor - 1, maxAmountMinor),
);

/** Returns the refusal that a call throws. @throws Error when it is taken */
export function refusal(act: () => unknown): RefusedError {
  try {
    const result = act();
    throw new Error(`it was taken as ${JSON.stringify(result)}`);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
}
