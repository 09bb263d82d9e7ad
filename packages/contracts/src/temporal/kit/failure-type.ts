/**
 * The reasons for which an activity could not complete its task. All but `RecordRefused` and `ChangeRefused` are
 * retried, and shown while they last. A decision against an order (declined, out of stock) is a result of an
 * activity, never a failure.
 */
export const FailureType = {
  /** PostgreSQL did not answer, or refused for a passing reason. Nothing was changed. */
  DatabaseUnavailable: 'DatabaseUnavailable',
  /** PostgreSQL refuses the statement and would refuse it again. Nothing was changed. */
  RecordRefused: 'RecordRefused',
  /** The provider certainly did not carry out the request: it was unreachable, or it declined to work now. */
  PaymentProviderUnavailable: 'PaymentProviderUnavailable',
  /**
   * The provider may have carried out the request. The next attempt asks the provider before it repeats the request.
   */
  PaymentOutcomeUnknown: 'PaymentOutcomeUnknown',
  /**
   * The provider has accepted the request and will report its outcome later. The next attempt asks for the outcome.
   */
  PaymentOutcomePending: 'PaymentOutcomePending',
  /** The worker that took the task has no adapter for this provider. */
  PaymentProviderNotConfigured: 'PaymentProviderNotConfigured',
  /**
   * The provider refuses to return money that it reports to hold. Retried without end; an operator must resolve it
   * with the provider.
   */
  PaymentReversalRefused: 'PaymentReversalRefused',
  /**
   * The ERP certainly does not have the order's newest version. The cause is temporary, or an operator must remove
   * it.
   */
  ErpUnavailable: 'ErpUnavailable',
  /** The ERP may have the order's newest version. Pushing the version again is safe. */
  ErpOutcomeUnknown: 'ErpOutcomeUnknown',
  /** The worker that took the task does not have the keys to open the secrets of the ERP's connection. */
  ErpSecretsSealed: 'ErpSecretsSealed',
  /** A change of an order is refused. The first detail of the failure is the `Refusal`. */
  ChangeRefused: 'ChangeRefused',
  /** No order of this tenant and organisation has this id. */
  OrderNotFound: 'OrderNotFound',
  /** The record contradicts the workflow's expectation. The record stays unchanged; an operator must look at it. */
  UnexpectedRecord: 'UnexpectedRecord',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** The name of a fault without a failure of its own: the activity timed out. */
export const timeoutCode = 'Timeout';
