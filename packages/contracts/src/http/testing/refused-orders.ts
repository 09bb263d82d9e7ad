import { createOrderExample } from '../orders/create-order-example.js';
import { parseCreateOrder } from './parsed.js';
import { RequestError } from '../kit/request-error.js';

/** The example's only item. */
export const [exampleItem] = createOrderExample.items;

/** The example with its item changed. */
export function withItem(changes: object): object {
  return { ...createOrderExample, items: [{ ...exampleItem, ...changes }] };
}

/** Runs what must throw a {@link RequestError}; anything else fails the test. */
export function refusalOf(parse: () => unknown): { message: string; field: string | undefined } {
  try {
    parse();
  } catch (error) {
    if (error instanceof RequestError) return { message: error.message, field: error.field };
    throw error;
  }
  throw new Error('it was accepted');
}

/** How a body that must not be accepted is refused. */
export function refusal(body: unknown): { message: string; field: string | undefined } {
  return refusalOf(() => parseCreateOrder(body));
}
