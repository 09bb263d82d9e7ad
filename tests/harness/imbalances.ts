import { setTimeout } from 'node:timers/promises';

import { allOrderProofs } from '@oms/database';
import type { OrderProof } from '@oms/domain';

import type { SimulatorLedgerEntry } from './simulator-control.js';
import type { StackClient } from './test-stack.js';

/** A stack whose ledgers are compared: all of them, or those of one tenant of a shared stack. */
export type LedgersOf = Pick<StackClient, 'database' | 'simulator'> &
  Partial<Pick<StackClient, 'tenantId' | 'isShared'>>;

const tenantOf = ({ tenantId, isShared = false }: LedgersOf): string | undefined =>
  isShared ? tenantId : undefined;

/**
 * Finds all imbalances of a stack's ledgers, in words: orders that are still pending or unsettled, ledgers that differ from the order's
 * documents, status or history, payments that differ from the provider's ledger, and stock levels that differ from the sum
 * of their ledger and reservations.
 */
export async function findImbalances(stack: LedgersOf): Promise<readonly string[]> {
  const faults: string[] = [];
  const provider = await stack.simulator.ledger();
  const tenantId = tenantOf(stack);
  for await (const proof of allOrderProofs(stack.database, tenantId === undefined ? {} : { tenantId })) {
    const say = (fault: string): void => void faults.push(`${proof.number} (${proof.orderId}): ${fault}`);
    if (proof.status === 'pending') say('it is still pending');
    proof.faults.forEach(say);
    proof.unsettled.forEach(say);
    if (proof.money) (await providerFaults(stack, proof.money, provider)).forEach(say);
  }
  return [...faults, ...(await stockImbalances(stack))];
}

/**
 * Waits up to a minute until the ledgers balance, because pending webhooks and writes cause passing imbalances. Returns the
 * imbalances that remain.
 */
export async function remainingImbalances(stack: LedgersOf): Promise<readonly string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const faults = await findImbalances(stack);
    if (faults.length === 0 || Date.now() >= deadline) return faults;
    await setTimeout(200);
  }
}

async function providerFaults(
  { simulator }: LedgersOf,
  money: NonNullable<OrderProof['money']>,
  provider: readonly SimulatorLedgerEntry[],
): Promise<readonly string[]> {
  const sumOf = (operation: SimulatorLedgerEntry['operation']): number =>
    provider
      .filter((entry) => entry.payment_intent === money.reference && entry.operation === operation)
      .reduce((sum, { amount }) => sum + amount, 0);
  const failedMinor = sumOf('capture_failed');
  // A failed capture uses up its authorisation without a release. PayPal's denial of a pending capture moves nothing.
  const isDenied =
    money.provider === 'paypal' &&
    (await simulator.paypalCaptures(money.reference)).some(({ status }) => status === 'DECLINED');
  const leftMinor = sumOf('authorize') - sumOf('void');
  const usedUpMinor = isDenied ? leftMinor : Math.min(failedMinor, leftMinor);
  const pairs = [
    ['authorize', money.authorizedMinor, sumOf('authorize')],
    ['capture', money.capturedMinor, sumOf('capture') - failedMinor],
    ['void', money.voidedMinor, sumOf('void') + (money.voidedMinor > 0 ? usedUpMinor : 0)],
    ['refund', money.refundedMinor, sumOf('refund') - sumOf('refund_failed')],
  ] as const;
  return pairs
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([operation, ours, theirs]) => `${operation}: our ledger says ${ours}, the provider's ${theirs}`);
}

async function stockImbalances(stack: LedgersOf): Promise<readonly string[]> {
  const levels = await stack.database.prisma.$queryRaw<
    { variant_id: string; on_hand: bigint; reserved: bigint; ledger: string; held: string }[]
  >`
    SELECT level.variant_id, level.on_hand, level.reserved,
      (SELECT coalesce(sum(on_hand_delta), 0) || '/' || coalesce(sum(reserved_delta), 0) FROM stock_ledger entry
        WHERE (entry.variant_id, entry.location_id) = (level.variant_id, level.location_id)) AS ledger,
      (SELECT coalesce(sum(reservation.quantity - reservation.shipped_quantity - reservation.cancelled_quantity), 0)::text FROM reservations reservation
        JOIN orders ON orders.id = reservation.order_id AND orders.status <> 'cancelled'
        WHERE reservation.status = 'reserved'
          AND (reservation.variant_id, reservation.location_id) = (level.variant_id, level.location_id)) AS held
    FROM inventory_levels level
    WHERE level.tenant_id::text = coalesce(${tenantOf(stack) ?? null}, level.tenant_id::text)`;
  return levels.flatMap(({ variant_id: variant, on_hand: onHand, reserved, ledger, held }) => [
    ...(ledger === `${onHand}/${reserved}`
      ? []
      : [`${variant}: ${onHand}/${reserved}, its ledger ${ledger}`]),
    ...(held === String(reserved) ? [] : [`${variant}: ${reserved} reserved, open orders hold ${held}`]),
  ]);
}
