import type { TestStack } from './test-stack.js';

/** What an order's own ledgers say, beside what the provider says about the same payment. */
export interface OrderBooks {
  readonly orderId: string;
  readonly status: string;
  readonly ours: string;
  readonly providers: string;
}

/**
 * Everything that is wrong with the books of a stack, in plain words; empty when all of it balances: every order has
 * ended, every order's payment ledger says what the provider's says, no captured money without a confirmed order and
 * none held for a cancelled one, every stock level is the sum of its ledger and of what orders hold, and every
 * history is whole.
 */
export async function findImbalances(stack: TestStack): Promise<readonly string[]> {
  const faults: string[] = [];
  const { prisma } = stack.database;
  const provider = await stack.simulator.ledger();
  const orders = await prisma.order.findMany({
    include: { payment: { include: { ledger: { orderBy: { id: 'asc' } } } }, events: true, lines: true },
  });
  for (const order of orders) {
    const say = (fault: string): void => void faults.push(`${order.number} (${order.id}): ${fault}`);
    if (!['confirmed', 'cancelled'].includes(order.status)) say(`it has not ended: ${order.status}`);
    const ours = (order.payment?.ledger ?? []).map((entry) => `${entry.operation} ${entry.amountMinor}`);
    const theirs = provider
      .filter((entry) => entry.payment_intent === order.paymentReference)
      .map((entry) => `${entry.operation} ${entry.amount}`);
    if (order.payment && ours.join(', ') !== theirs.join(', ')) {
      say(`our ledger says ${ours.join(', ')}; the provider's ${theirs.join(', ')}`);
    }
    const {
      capturedMinor = 0n,
      refundedMinor = 0n,
      authorizedMinor = 0n,
      voidedMinor = 0n,
    } = order.payment ?? {};
    const kept = capturedMinor - refundedMinor;
    if (order.status === 'confirmed' && kept !== order.totalMinor)
      say(`confirmed with ${kept} of ${order.totalMinor}`);
    if (order.status === 'cancelled' && kept !== 0n) say(`cancelled and keeps ${kept}`);
    if (order.status === 'cancelled' && capturedMinor === 0n && voidedMinor !== authorizedMinor) {
      say(`cancelled and holds ${authorizedMinor - voidedMinor}`);
    }
    const sequences = order.events.map(({ sequence }) => sequence).sort((a, b) => a - b);
    if (sequences.some((sequence, index) => sequence !== index + 1))
      say(`its history is ${sequences.join(', ')}`);
    if (order.version !== sequences.length) say(`version ${order.version} with ${sequences.length} events`);
  }
  return [...faults, ...(await stockImbalances(stack))];
}

async function stockImbalances(stack: TestStack): Promise<readonly string[]> {
  const levels = await stack.database.prisma.$queryRaw<
    { variant_id: string; on_hand: bigint; reserved: bigint; ledger: string; held: string }[]
  >`
    SELECT level.variant_id, level.on_hand, level.reserved,
      (SELECT sum(on_hand_delta) || '/' || sum(reserved_delta) FROM stock_ledger entry
        WHERE (entry.variant_id, entry.location_id) = (level.variant_id, level.location_id)) AS ledger,
      (SELECT coalesce(sum(reservation.quantity), 0)::text FROM reservations reservation
        JOIN orders ON orders.id = reservation.order_id AND orders.status = 'confirmed'
        WHERE reservation.status = 'reserved'
          AND (reservation.variant_id, reservation.location_id) = (level.variant_id, level.location_id)) AS held
    FROM inventory_levels level`;
  return levels.flatMap(({ variant_id: variant, on_hand: onHand, reserved, ledger, held }) => [
    ...(ledger === `${onHand}/${reserved}`
      ? []
      : [`${variant}: ${onHand}/${reserved}, its ledger ${ledger}`]),
    ...(held === String(reserved) ? [] : [`${variant}: ${reserved} reserved, confirmed orders hold ${held}`]),
  ]);
}
