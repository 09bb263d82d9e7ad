import type { OrderStatus } from '@oms/domain';

import type { Observed } from './observe-life.js';
import type { PlacedLife } from './place-life.js';
import { capturedMinorOf, isToBeCaptured, takesMoney, totalMinorOf, type World } from './world.js';

/** The Commerce API's status for each status of an order, by its documentation. */
const onCommerce: Readonly<Record<OrderStatus, string>> = {
  draft: 'pending',
  pending: 'pending',
  confirmed: 'pending',
  processing: 'processing',
  shipped: 'shipped',
  delivered: 'delivered',
  closed: 'delivered',
  cancelled: 'cancelled',
};

/** The allowed transitions, by the documentation. */
const steps: readonly string[] = [
  'draft→pending',
  'draft→cancelled',
  'pending→confirmed',
  'pending→cancelled',
  'confirmed→processing',
  'confirmed→cancelled',
  'processing→shipped',
  'processing→cancelled',
  'shipped→delivered',
  'shipped→processing',
  'shipped→closed',
  'delivered→closed',
];

/** The differences between an order at its end and the model, in plain words. Empty if they agree. */
export function checkLife(world: World, observed: Observed, placed: PlacedLife): readonly string[] {
  const { order, proof, salesStatus, commerceStatus } = observed;
  const faults: string[] = [];
  const expect = (what: string, is: unknown, shouldBe: unknown): void => {
    if (is !== shouldBe) faults.push(`${what} is ${String(is)}, and should be ${String(shouldBe)}`);
  };
  expect('the status on the Sales API', salesStatus, order['status']);
  expect('the status on the Commerce API', commerceStatus, onCommerce[world.status]);
  if (proof.balances !== true)
    faults.push(`the proof does not balance: ${[...proof.faults, ...proof.unsettled].join(', ')}`);
  for (const { item_id: id, shipped, returned_to_sender: lost } of proof.stock) {
    const line = world.lines.find((each) => each.id === id);
    if (line?.variantId !== undefined) expect(`what shipped of ${id}`, shipped, line.shipped);
    expect(`what was returned to sender of ${id}`, lost, line?.lost);
  }
  return [...faults, ...eventFaults(observed), ...moneyFaults(world, observed, placed)];
}

function eventFaults({ events, order }: Observed): readonly string[] {
  const faults: string[] = [];
  const isGapless = events.every(({ sequence }, index) => sequence === index + 1);
  if (!isGapless) faults.push(`the events are ${events.map(({ sequence }) => sequence).join()}`);
  if (order['version'] !== events.length) {
    faults.push(`the version is ${String(order['version'])}, with ${events.length} events`);
  }
  const moves = events.filter(({ type, to }) => type.startsWith('order.') && to);
  let status = moves[0]?.to;
  for (const { from, to } of moves.slice(1)) {
    if (to === from) continue;
    if (from !== status || !steps.includes(`${from}→${to}`)) faults.push(`it went ${status}: ${from}→${to}`);
    status = to;
  }
  if (status !== order['status']) faults.push(`the events end with ${status}`);
  return faults;
}

function moneyFaults(
  world: World,
  { order, moved }: Observed,
  { reference, circumstances }: PlacedLife,
): readonly string[] {
  if (reference === undefined) return [];
  const { authorize = 0, capture = 0, capture_failed: failed = 0 } = moved;
  const takenMinor = capture - failed;
  const faults: string[] = [];
  const expect = (what: string, is: unknown, shouldBe: unknown): void => {
    if (is !== shouldBe) faults.push(`${what} ${String(is)}, and should be ${String(shouldBe)}`);
  };
  // Also an authorisation that is too small, or in another currency, and that of a draft or of a free order.
  const takesNothing =
    world.status === 'cancelled' || (world.status !== 'draft' && totalMinorOf(world) === 0);
  if (takesNothing && takenMinor === 0) expect('the provider released', moved['void'] ?? 0, authorize);
  if (circumstances.authorizedMinor === 0) return faults;
  const givenBackMinor = (moved['refund'] ?? 0) - (moved['refund_failed'] ?? 0);
  const refundedMinor = world.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const isPaid = takesMoney(world);
  const [shouldTakeMinor, shouldRefundMinor] = isPaid
    ? [capturedMinorOf(world, circumstances), refundedMinor]
    : [world.status === 'cancelled' ? takenMinor : 0, takenMinor];
  expect('the provider captured', takenMinor, shouldTakeMinor);
  expect('the provider refunded', givenBackMinor, shouldRefundMinor);
  if (isPaid) {
    const status = isToBeCaptured(world, circumstances)
      ? 'authorized'
      : givenBackMinor === 0
        ? 'captured'
        : givenBackMinor === takenMinor
          ? 'refunded'
          : 'partially_refunded';
    expect('the payment is', order['payment_status'], status);
  }
  return faults;
}
