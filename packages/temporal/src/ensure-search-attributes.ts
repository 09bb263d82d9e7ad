import { OrderSearchAttributes } from '@oms/contracts/temporal';
import type { Connection } from '@temporalio/client';

/** `temporal.api.enums.v1.IndexedValueType`. */
const indexedAs = { KEYWORD: 2, DATETIME: 6, KEYWORD_LIST: 7 } as const;

/** Temporal's operator API, as on the connections of both the client and the worker. */
export type OperatorConnection = Pick<Connection, 'operatorService'>;

/**
 * Registers the missing search attributes of orders. Idempotent, and safe for several processes at once. Temporal Cloud lets
 * no client register attributes: create the ones that the error names by hand.
 *
 * @returns the names that were missing
 * @throws Error that names the attributes that are missing and cannot be registered
 */
export async function ensureSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(OrderSearchAttributes).filter(
    ({ name }) => customAttributes[name] === undefined,
  );
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, indexedAs[type]])),
    });
  } catch (error) {
    // Another process may have won the race to register them.
    const now = await connection.operatorService.listSearchAttributes({ namespace });
    const still = missing.filter(({ name }) => now.customAttributes[name] === undefined);
    if (still.length > 0) {
      throw new Error(
        `the search attributes ${still.map(({ name, type }) => `${name} (${type})`).join(', ')} are missing in namespace ${namespace}`,
        {
          cause: error,
        },
      );
    }
  }
  return missing.map(({ name }) => name);
}
