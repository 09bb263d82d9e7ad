/**
 * Why an activity could not say what became of its task. These are faults: they are retried, and shown while they last.
 * Only `RecordRefused` and `ChangeRefused` are final. A decision (declined, out of stock) is never an activity's failure
 * but its result.
 */
export const FailureType = {
  /** PostgreSQL did not answer, or refused for a passing reason. Nothing was changed. */
  DatabaseUnavailable: 'DatabaseUnavailable',
  /** PostgreSQL refuses what it was asked, and would again. Nothing was changed. */
  RecordRefused: 'RecordRefused',
  /** The provider certainly did not do it: it was not reached, or it said that it could not now. */
  PaymentProviderUnavailable: 'PaymentProviderUnavailable',
  /** The provider may have done it. The next attempt asks before it acts. */
  PaymentOutcomeUnknown: 'PaymentOutcomeUnknown',
  /** The provider has taken the instruction and will say later what became of it. The next attempt asks. */
  PaymentOutcomePending: 'PaymentOutcomePending',
  /** No adapter for this provider is configured at the worker that got the task. */
  PaymentProviderNotConfigured: 'PaymentProviderNotConfigured',
  /** The provider refuses to give back what it says it holds. Tried again for as long as it takes; somebody has to look. */
  PaymentReversalRefused: 'PaymentReversalRefused',
  /** What a provider said of an order's payment comes before what the order itself has to say of it. */
  OrderNotReady: 'OrderNotReady',
  /** The ERP does not have the order's newest version, for a reason that passes or that an operator has to remove. */
  ErpUnavailable: 'ErpUnavailable',
  /** The ERP may have the order's newest version. It is pushed again, which does no harm. */
  ErpOutcomeUnknown: 'ErpOutcomeUnknown',
  /** The secrets of the ERP's connection cannot be opened with the keys of the worker that got the task. */
  ErpSecretsSealed: 'ErpSecretsSealed',
  /** A decision against a change of an order. Its first detail is the `CommandRefusal`. */
  ChangeRefused: 'ChangeRefused',
  /** No order of this tenant and organisation has this id. */
  OrderNotFound: 'OrderNotFound',
  /** The record says something that the workflow does not expect. It is not changed; somebody has to look. */
  UnexpectedRecord: 'UnexpectedRecord',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** The name of a fault that an activity could not name: it was not finished in time. */
export const timeoutCode = 'Timeout';
