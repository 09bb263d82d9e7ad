import type { ErpFault } from '../erp-connector.js';

/**
 * A call to Tryton that gave no result. What it means for the push is said by `fault`; `reason` is for those places
 * that can do something about it themselves.
 */
export class TrytonFailure extends Error {
  override readonly name = 'TrytonFailure';

  constructor(
    readonly fault: ErpFault,
    readonly reason?:
      /** Somebody changed the record since it was read. The call has changed nothing. */
      | 'changed_meanwhile'
      /** The call's data broke a rule of Tryton. The call has changed nothing. */
      | 'rule_broken'
      /** The session is unknown or has run out. The call has changed nothing. */
      | 'not_logged_in'
      /** There is nothing at this path. */
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
