import type { ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';

import type { Database } from '../kit/database.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { findEarlier, remember, underOrderLock } from '../order-log/order-lock.js';
import { writeCommand } from './command-writers.js';

/**
 * Applies a command to an order, once: under the order's lock it looks whether the command was applied before, decides
 * by the facts as they are then, and writes what follows, its event and the command itself in one transaction.
 *
 * @throws RowNotFoundError when there is no such order
 */
export function applyOrderCommand(database: Database, input: ChangeOrderInput): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const { command } = input;
    const facts = await readOrderFacts(queries, input);
    const earlier = await findEarlier(queries, input);
    if (earlier) return earlier.kind === 'refused' ? earlier : { ...earlier, facts };
    const written = await writeCommand(queries, input, command, facts);
    if (written.kind === 'refused') return written;
    const { kind: _, ...parts } = written;
    return remember(queries, input, parts);
  });
}

/**
 * Keeps the answer of a command that was carried out step by step (a cancellation, the confirmation of a draft).
 * Keeping it twice is keeping it once.
 */
export function rememberOrderCommand(
  database: Database,
  input: ChangeOrderInput,
): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, facts: await readOrderFacts(queries, input) };
    return remember(queries, input, {});
  });
}
