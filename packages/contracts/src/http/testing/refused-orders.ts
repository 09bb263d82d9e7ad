import { createOrderExample } from '../orders/create-order-example.js';
import { parseCreateOrder } from './parsed.js';
import { RefusedError } from '@oms/domain';

/** The example's only item. */
export const [exampleItem] = createOrderExample.items;

/** The example with its item changed. */
export function withItem(changes: object): object {
  return { ...createOrderExample, items: [{ ...exampleItem, ...changes }] };
}

/** Calls a function that must throw a {@link RefusedError}. Any other outcome fails the test. */
export function refusalOf(parse: () => unknown): { message: string; field: string | undefined } {
  try {
    parse();
  } catch (error) {
    if (error instanceof RefusedError) return { message: error.message, field: error.refusal.field };
    throw error;
  }
  throw new Error('it was accepted');
}

/** The refusal of an order's body that must be refused. */
export function refusal(body: unknown): { message: string; field: string | undefined } {
  return refusalOf(() => parseCreateOrder(body));
}
