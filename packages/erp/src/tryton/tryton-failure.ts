import type { ErpFault } from '../erp-connector.js';

/**
 * A failed request to Tryton. `fault` is its outcome for the push; `reason` is for callers that can handle it
 * themselves.
 */
export class TrytonFailure extends Error {
  override readonly name = 'TrytonFailure';

  constructor(
    readonly fault: ErpFault,
    readonly reason?:
      /** The record has changed since it was read. The call has changed nothing. */
      | 'changed_meanwhile'
      /** The data of the call breaks a rule of Tryton. The call has changed nothing. */
      | 'rule_broken'
      /** The session is unknown or expired. The call has changed nothing. */
      | 'not_logged_in'
      /** The path does not exist. */
      | 'no_such_path',
  ) {
    super(fault.message);
  }
}

export function refused(message: string): TrytonFailure {
  return new TrytonFailure({ kind: 'refused', message });
}

export function needsOperator(message: string): TrytonFailure {
  return new TrytonFailure({ kind: 'transient', message, needsOperator: true });
}

export function changedMeanwhile(): TrytonFailure {
  return new TrytonFailure(
    { kind: 'transient', message: 'The sale was changed in Tryton at the same time' },
    'changed_meanwhile',
  );
}
