import type {
  CancelOrderResult,
  ChangeAnswer,
  ChangeOrderInput,
  CancellationDecision,
  RefuseOrderInput,
  RefuseOrderResult,
} from '@oms/contracts/temporal';
import { decide, OrderEventType, OrderStatus, type Actor, type OrderRef } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';
import type { Queries } from '../kit/queries.js';
import { Prisma } from '../generated/client.js';
import { append } from '../order-log/command-writing.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { findEarlier, keepingRefusal, remember, underOrderLock } from '../order-log/order-lock.js';
import { readStanding } from '../order-log/order-standing.js';
import { reachedColumn } from '../order-log/order-transitions.js';
import { withoutRefundedUnshipped } from './status-moves.js';

const orders: Actor = { type: 'system', id: 'orders' };

/**
 * Decides the cancellation of an order before anything is undone, which may take as long as a provider does. From then
 * on every other change is refused, and the workflow knows what it has to undo. Idempotent.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function refuseOrder(database: Database, input: RefuseOrderInput): Promise<RefuseOrderResult> {
  const { refusal, ...ref } = input;
  const { change } = refusal;
  return underOrderLock(database, ref, async (queries): Promise<RefuseOrderResult> => {
    const earlier = change && (await findEarlier(queries, { ...ref, ...change }));
    if (earlier?.kind === 'refused') return earlier;
    const standing = await readStanding(queries, ref);
    if (earlier) return { kind: 'done', answer: earlier.answer, standing };
    const { refusal: held } = standing;
    if (held && (!change || held.change?.commandId === change.commandId)) {
      return { kind: 'cancelling', refusal: held };
    }
    if (!change && standing.status === OrderStatus.Cancelled) return { kind: 'done', standing };
    const facts = await readOrderFacts(queries, ref);
    const decision = decide(facts, change?.command ?? { type: 'cancel' });
    if (decision.kind === 'refused') {
      return change ? keepingRefusal(queries, { ...ref, ...change }, decision) : decision;
    }
    if (change?.command.type === 'give_up') await appendGivenUp(queries, { ...ref, ...change });
    await queries.$executeRaw`
      UPDATE orders SET cancelling = ${JSON.stringify(refusal)}::jsonb WHERE id = ${ref.orderId}::uuid`;
    return { kind: 'cancelling', refusal };
  });
}

async function appendGivenUp(queries: Queries, change: ChangeOrderInput): Promise<void> {
  const { commandId, command } = change;
  const reason = 'reason' in command ? command.reason : undefined;
  await append(queries, change, {
    event: { type: OrderEventType.OrderGivenUp, reason, data: { commandId } },
  });
}

/**
 * Cancels an order after everything is undone, and keeps the answer of the change that requested it. Idempotent.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function cancelOrder(
  database: Database,
  ref: OrderRef,
  refusal: CancellationDecision,
): Promise<CancelOrderResult> {
  return underOrderLock(database, ref, async (queries) => {
    const { status } = await readStanding(queries, ref);
    if (status !== OrderStatus.Cancelled) await writeCancellation(queries, ref, status, refusal);
    const answer = await answerOf(queries, ref, refusal);
    return { standing: await readStanding(queries, ref), ...present('answer', answer) };
  });
}

async function writeCancellation(
  queries: Queries,
  ref: OrderRef,
  from: OrderStatus,
  { reason, detail, shortages, change }: CancellationDecision,
): Promise<void> {
  const { Cancelled } = OrderStatus;
  await append(
    queries,
    { ...ref, actor: change?.actor ?? orders },
    {
      set: Prisma.sql`
      status = ${Cancelled}, flags = ${withoutRefundedUnshipped}, ${reachedColumn[Cancelled]} = now(), cancelling = NULL,
      cancellation_reason = ${reason}, cancellation_detail = ${detail},`,
      event: {
        type: OrderEventType.OrderCancelled,
        from: Prisma.sql`${from}`,
        to: Prisma.sql`${Cancelled}`,
        reason,
        data: { detail, ...present('shortages', shortages) },
      },
    },
  );
}

async function answerOf(
  queries: Queries,
  ref: OrderRef,
  { change }: CancellationDecision,
): Promise<ChangeAnswer | undefined> {
  if (!change) return undefined;
  const input = { ...ref, ...change };
  const kept = (await findEarlier(queries, input)) ?? (await remember(queries, input, {}));
  return kept.kind === 'applied' ? kept.answer : undefined;
}
