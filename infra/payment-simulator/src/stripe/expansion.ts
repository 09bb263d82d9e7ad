import { invalidRequest } from './stripe-error.js';

/** "Objects can be expanded with a maximum depth of four levels." @see https://docs.stripe.com/api/expanding_objects */
const maxDepth = 4;

/** Which references of an answer the client wants as whole objects. */
export class Expansion {
  static readonly none = new Expansion([]);

  constructor(private readonly paths: readonly string[]) {}

  has(name: string): boolean {
    return this.paths.some((path) => path === name || path.startsWith(`${name}.`));
  }

  /** What is to be expanded within the object of this name. */
  within(name: string): Expansion {
    const prefix = `${name}.`;
    return new Expansion(
      this.paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    );
  }
}

const expandable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  payment_intent: { latest_charge: 'charge', payment_method: 'payment_method' },
  charge: { payment_intent: 'payment_intent', refunds: 'refunds' },
  refund: { charge: 'charge', payment_intent: 'payment_intent' },
  refunds: { data: 'refund' },
};

/**
 * Reads `expand`.
 *
 * @param root what the answer is: the name of an object; a list's items stand under `data`
 * @throws StripeError when a path leads to nothing that can be expanded
 */
export function parseExpansion(paths: readonly string[], root: string, isList: boolean): Expansion {
  for (const path of paths) {
    const names = path.split('.');
    if (names.length > maxDepth) {
      throw invalidRequest('You cannot expand more than 4 levels of a property.', { param: 'expand' });
    }
    let at: string | undefined = root;
    if (isList) at = names.shift() === 'data' && names.length > 0 ? root : undefined;
    for (const name of names) at = at === undefined ? undefined : expandable[at]?.[name];
    if (at === undefined) {
      throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
    }
  }
  return new Expansion(paths);
}
