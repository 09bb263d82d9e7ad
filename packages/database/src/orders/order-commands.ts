import type { ChangeOrderInput, ChangeOrderResult, PlaceDraftResult } from '@oms/contracts/temporal';
import { decide, OrderEventType, OrderStatus, RefusalCode, type Actor } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { append } from '../order-log/command-writing.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { findEarlier, remember, underOrderLock } from '../order-log/order-lock.js';
import { readStanding } from '../order-log/order-standing.js';
import { reachedColumn } from '../order-log/order-transitions.js';
import { Prisma } from '../generated/client.js';
import { describeShortages, reserveStockIn } from '../inventory/stock.js';
import { writeCommand } from './command-writers.js';

/**
 * Applies a command to an order, once: under the order's lock it looks whether the command was applied before, decides
 * by the facts as they are then, and writes what follows, its event and the command itself in one transaction.
 *
 * @throws RowNotFoundError when there is no such order
 */
export function applyOrderCommand(database: Database, input: ChangeOrderInput): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, standing: await readStanding(queries, input) };
    const facts = await readOrderFacts(queries, input);
    const written = await writeCommand(queries, input, input.command, facts);
    if (written.kind === 'refused') return written;
    const { kind: _, ...parts } = written;
    return remember(queries, input, parts);
  });
}

const orders: Actor = { type: 'system', id: 'orders' };

/**
 * Decides whether a draft is placed: it is where the stock of all lines suffices, which is reserved in the same
 * transaction. The change's answer is kept once the order is confirmed or cancelled. Placing it twice is placing it once.
 *
 * @throws RowNotFoundError when there is no such order
 */
export function placeDraft(database: Database, input: ChangeOrderInput): Promise<PlaceDraftResult> {
  const { orderId, commandId } = input;
  const type = OrderEventType.OrderPlaced;
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, standing: await readStanding(queries, input) };
    const known = { orderId, type, data: { path: ['commandId'], equals: commandId } };
    if ((await queries.orderEvent.count({ where: known })) === 0) {
      const decision = decide(await readOrderFacts(queries, input), input.command);
      if (decision.kind === 'refused') return decision;
      const reserved = await reserveStockIn(queries, input, orders);
      if (reserved.kind === 'out_of_stock') {
        const message = describeShortages(reserved.shortages);
        return { kind: 'refused', code: RefusalCode.OutOfStock, message };
      }
      const { Draft, Pending } = OrderStatus;
      await append(
        queries,
        { ...input, actor: orders },
        {
          set: Prisma.sql`status = ${Pending}, ${reachedColumn[Pending]} = now(),`,
          event: { type, from: Prisma.sql`${Draft}`, to: Prisma.sql`${Pending}`, data: { commandId } },
        },
      );
    }
    return { kind: 'placed', standing: await readStanding(queries, input) };
  });
}

/**
 * Keeps the answer of a command that was carried out step by step (the confirmation of a draft). Keeping it twice is
 * keeping it once.
 */
export function rememberOrderCommand(
  database: Database,
  input: ChangeOrderInput,
): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, standing: await readStanding(queries, input) };
    return remember(queries, input, {});
  });
}
