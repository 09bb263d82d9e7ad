import { DisputeStatus } from '../payments/dispute.js';
import { keptMinor } from './order-facts.js';
import type { OrderFlag } from './order-flag.js';
import type { OrderProof } from './order-proof.js';

/** Money of an order that may be lost, or that somebody has to give back. */
export interface MoneyAtRisk {
  readonly flag: OrderFlag;
  /** The reason, in plain words. */
  readonly reason: string;
  /** In minor units of the order's currency. */
  readonly amountMinor: number;
}

type Sums = Pick<OrderProof, 'chargeMinor' | 'money' | 'disputes'>;

const leftMinor = ({ money }: Sums): number => (money ? keptMinor(money) : 0);
const disputedMinor = ({ disputes }: Sums): number =>
  disputes
    .filter(({ status }) => status === DisputeStatus.Open)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
const wholeMinor = ({ chargeMinor }: Sums): number => chargeMinor;

/** The flags by which money is at risk, and how much. Other flags are about goods, or say that the money came. */
const risks: Readonly<Partial<Record<OrderFlag, readonly [string, (order: Sums) => number]>>> = {
  capture_failed: ['the provider took back its capture, and the order is not paid for', wholeMinor],
  recapture_reported: ['the provider reports a second capture, and nobody has confirmed it', wholeMinor],
  captured_after_cancellation: ['it is cancelled, and was charged after that', wholeMinor],
  paid_twice: ['it was paid for twice, and one payment has to be given back', leftMinor],
  overpaid: ['more was captured than it costs', (order) => leftMinor(order) - order.chargeMinor],
  refund_failed: ['a refund failed, and has to be given again', leftMinor],
  unused_payment_kept: ['it did not take its payment, and the provider keeps the money', leftMinor],
  capture_declined: ['its payment was declined when it was to ship', wholeMinor],
  disputed: ['the customer disputes the payment', disputedMinor],
  authorization_expiring: ['its authorisation lapses soon, and nothing is captured', wholeMinor],
  authorization_expired: ['its authorisation has lapsed, and nothing is captured', wholeMinor],
};

/** Finds the money at risk of an order, by its flags. */
export function moneyAtRisk(order: Sums & Pick<OrderProof, 'flags'>): readonly MoneyAtRisk[] {
  return order.flags.flatMap((flag) => {
    const risk = risks[flag];
    if (!risk) return [];
    const [reason, amountOf] = risk;
    return [{ flag, reason, amountMinor: amountOf(order) }];
  });
}
