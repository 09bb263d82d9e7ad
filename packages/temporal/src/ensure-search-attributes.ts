import { OrderSearchAttributes } from '@oms/contracts/temporal';
import type { Connection } from '@temporalio/client';

/** `temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD`: all of ours are keywords. */
const keyword = 2;

/** The part of Temporal's operator API that this needs; both the client's and the worker's connection have it. */
export type OperatorConnection = Pick<Connection, 'operatorService'>;

/**
 * Registers the search attributes by which orders are found, where they are missing. Safe to call at every start
 * and by several processes at once. Temporal Cloud does not let a client register any: there the ones that are
 * missing are named, and have to be made by hand.
 *
 * @returns the names that were missing
 */
export async function ensureSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(OrderSearchAttributes)
    .map(({ name }) => name)
    .filter((name) => customAttributes[name] === undefined);
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    // Another process may have been faster; then nothing is missing any more.
    const now = await connection.operatorService.listSearchAttributes({ namespace });
    const still = missing.filter((name) => now.customAttributes[name] === undefined);
    if (still.length > 0) {
      throw new Error(
        `the search attributes ${still.join(', ')} of type Keyword are missing in namespace ${namespace}`,
        {
          cause: error,
        },
      );
    }
  }
  return missing;
}
