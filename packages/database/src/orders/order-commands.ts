import type {
  AppliedOrderResult,
  ChangeOrderInput,
  ChangeOrderResult,
  PlaceDraftResult,
} from '@oms/contracts/temporal';
import { decide, OrderEventType, OrderStatus, RefusalCode, type Actor, type Refusal } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { append } from '../order-log/command-writing.js';
import { readFactsFor, readOrderFacts } from '../order-log/order-facts-reader.js';
import { decideOnce, remember } from '../order-log/order-lock.js';
import { readStanding } from '../order-log/order-standing.js';
import { reachedColumn } from '../order-log/order-transitions.js';
import { Prisma } from '../generated/client.js';
import { describeShortages, reserveStockIn } from '../inventory/stock.js';
import { writeCommand } from './command-writers.js';

/**
 * Applies a command to an order once. Takes the order's lock, looks for an earlier run of the command, and decides by
 * the present facts. Writes the changes, the event and the command in one transaction, or keeps the refusal alone. A command
 * that needs a capture first has only that requested.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function applyOrderCommand(database: Database, input: ChangeOrderInput): Promise<AppliedOrderResult> {
  return decideOnce(database, input, async (queries) => {
    const facts = await readFactsFor(queries, input, input.command.type);
    const written = await writeCommand(queries, input, input.command, facts);
    if (written.kind === 'refused') return written;
    if (written.kind === 'owes_capture') return { ...written, standing: await readStanding(queries, input) };
    const { kind: _, ...parts } = written;
    return remember(queries, input, parts);
  });
}

const orders: Actor = { type: 'system', id: 'orders' };

/**
 * Decides whether a draft is placed: only if the stock of all lines suffices, which the same transaction reserves. The
 * change's answer is kept once the order is confirmed or cancelled. Idempotent.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function placeDraft(database: Database, input: ChangeOrderInput): Promise<PlaceDraftResult> {
  const { orderId, commandId } = input;
  const type = OrderEventType.OrderPlaced;
  return decideOnce(database, input, async (queries) => {
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

/** Refuses a command for a reason outside of the records, and keeps the refusal. An earlier run that was applied is answered. */
export function refuseChange(
  database: Database,
  input: ChangeOrderInput,
  refusal: Refusal,
): Promise<ChangeOrderResult> {
  return decideOnce(database, input, () => Promise.resolve(refusal));
}

/**
 * Keeps the answer of a command that took several steps (the confirmation of a draft). Idempotent.
 */
export function rememberOrderCommand(
  database: Database,
  input: ChangeOrderInput,
): Promise<ChangeOrderResult> {
  return decideOnce(database, input, (queries) => remember(queries, input, {}));
}
