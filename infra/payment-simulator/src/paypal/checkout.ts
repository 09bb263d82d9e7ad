import { LedgerOperation } from '../store/ledger.js';
import { newObjectId } from './ids.js';
import type { PayPalAccount, PayPalExecution } from './paypal-account.js';
import type { AuthorizationRecord, Behaviour } from './records.js';

/** A payment that a payer has approved at a checkout, and its status. */
export interface PayPalCheckout extends Behaviour {
  /** In PayPal's smallest units of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly status: 'CREATED' | 'DENIED' | 'PENDING';
  /** The `custom_id` of the order's purchase unit. */
  readonly customId: string | null;
  /** The authorisation's id. Default: a new id. */
  readonly reference?: string | undefined;
}

const honorPeriodSeconds = 3 * 86_400;
const validitySeconds = 29 * 86_400;

/** Makes orders with intent AUTHORIZE, approved and authorised. @returns the ids of the authorisations */
export function checkOutAtPayPal(
  account: PayPalAccount,
  checkout: PayPalCheckout,
  count = 1,
): readonly string[] {
  const execution = account.begin();
  const ids = Array.from({ length: count }, () => authorize(execution, checkout));
  account.commit(execution);
  return ids;
}

function authorize(execution: PayPalExecution, { reference, ...checkout }: PayPalCheckout): string {
  const id = reference ?? newObjectId();
  const now = execution.nowSeconds;
  const authorization: AuthorizationRecord = {
    ...checkout,
    id,
    order: newObjectId(),
    lapsed: false,
    created: now,
    updated: now,
    honoredUntil: now + honorPeriodSeconds,
    expires: now + validitySeconds,
  };
  settle(execution, authorization);
  return id;
}

/** Ends the review of a PENDING authorisation. @returns undefined if it is not PENDING */
export function completeAuthorization(
  account: PayPalAccount,
  id: string,
  status: 'CREATED' | 'DENIED',
): AuthorizationRecord | undefined {
  const authorization = account.records.authorizations.get(id);
  if (authorization?.status !== 'PENDING') return undefined;
  const execution = account.begin();
  const completed = settle(execution, { ...authorization, status });
  account.commit(execution);
  return completed;
}

function settle(execution: PayPalExecution, authorization: AuthorizationRecord): AuthorizationRecord {
  if (authorization.status === 'CREATED') {
    const { id, currency, amount } = authorization;
    execution.enter(LedgerOperation.Authorize, id, currency, amount);
  }
  // PayPal has no event for a denial.
  const event = authorization.status === 'DENIED' ? undefined : 'PAYMENT.AUTHORIZATION.CREATED';
  return execution.putAuthorization(authorization, event);
}
