import type { ChargeRecord, DisputeRecord, IntentRecord } from './records.js';
import type { Execution } from './execution.js';
import { newObjectId } from './ids.js';
import type { StripeAccount } from './stripe-account.js';

/**
 * Simulates a dispute of a captured payment. The bank takes the money at once, unless it only inquires.
 *
 * @param wanted a new id and the whole charge by default
 * @see https://docs.stripe.com/disputes/how-disputes-work
 */
export function openDispute(
  account: StripeAccount,
  intent: IntentRecord,
  charge: ChargeRecord,
  wanted: {
    readonly id?: string | undefined;
    readonly amount?: number | undefined;
    readonly reason: string;
    readonly isInquiry: boolean;
  },
): DisputeRecord {
  const execution = account.begin();
  const opened = execution.putDispute(
    {
      id: wanted.id ?? newObjectId('du'),
      amount: wanted.amount ?? charge.amount_captured,
      balance_transactions: [],
      charge: charge.id,
      created: execution.nowSeconds,
      currency: charge.currency,
      payment_intent: intent.id,
      reason: wanted.reason,
      status: wanted.isInquiry ? 'warning_needs_response' : 'needs_response',
    },
    'charge.dispute.created',
  );
  const dispute = wanted.isInquiry
    ? opened
    : move(execution, opened, -opened.amount, 'charge.dispute.funds_withdrawn');
  account.commit(execution);
  return dispute;
}

/**
 * Ends a dispute.
 *
 * @param givenBack the money that comes back with it: all of it if the dispute is won, nothing otherwise
 * @returns undefined for a dispute that has ended
 */
export function closeDispute(
  account: StripeAccount,
  dispute: DisputeRecord,
  outcome: 'won' | 'lost',
  givenBack?: number,
): DisputeRecord | undefined {
  const isInquiry = dispute.status === 'warning_needs_response';
  if (!isInquiry && dispute.status !== 'needs_response') return undefined;
  const execution = account.begin();
  const closed = execution.putDispute(
    { ...dispute, status: isInquiry ? 'warning_closed' : outcome },
    'charge.dispute.closed',
  );
  const amount = isInquiry ? 0 : (givenBack ?? (outcome === 'won' ? dispute.amount : 0));
  const settled = amount > 0 ? move(execution, closed, amount, 'charge.dispute.funds_reinstated') : closed;
  account.commit(execution);
  return settled;
}

/** Whether the bank has the money of a charge, or may get it: it cannot be refunded then. */
export function isChargedBack({ records, transaction }: Execution, charge: ChargeRecord): boolean {
  const disputes = records.disputes.group(charge.payment_intent);
  return disputes.some(({ id }) => {
    const status = transaction.get(records.disputes, id)?.status;
    return status === 'needs_response' || status === 'lost';
  });
}

function move(
  execution: Execution,
  dispute: DisputeRecord,
  amount: number,
  announce: `charge.dispute.${string}`,
): DisputeRecord {
  const { balance_transactions: before, currency } = dispute;
  const moved = { id: newObjectId('txn'), object: 'balance_transaction', amount, currency };
  return execution.putDispute({ ...dispute, balance_transactions: [...before, moved] }, announce);
}
