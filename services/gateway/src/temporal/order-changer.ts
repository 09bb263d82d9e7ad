import type { ChangeAnswer, ChangeRequest } from '@oms/contracts/temporal';
import type { Actor, CommandRefusal, OrderCommandType, OrderRef } from '@oms/domain';

/** A change that a client asks for. */
export interface ChangeOrder<Type extends OrderCommandType> {
  readonly ref: OrderRef;
  readonly type: Type;
  readonly request: Omit<ChangeRequest<Type>, 'actor' | 'requestHash' | 'requestId'>;
  /** What tells another request under the same key apart; the request itself when left out. */
  readonly asked?: Readonly<Record<string, unknown>>;
  /** The operation whose key it is, where several kinds of change have one; the type when left out. */
  readonly operation?: string;
  readonly actor: Actor;
  /** The client's `Idempotency-Key`. Without one, the change is asked for once. */
  readonly idempotencyKey?: string;
}

export type ChangeOrderOutcome =
  | { readonly kind: 'applied'; readonly answer: ChangeAnswer; readonly isReplay: boolean }
  /** The order has taken the change in, for good, and is not done with it yet. It goes on by itself. */
  | { readonly kind: 'accepted' }
  | CommandRefusal
  /** There is no such order for this tenant and organisation. */
  | { readonly kind: 'not_found' };

/** Changes orders. */
export interface OrderChanger {
  /**
   * Asks the order's workflow for a change and waits a limited time for its answer. Asking again with the same key is
   * safe at any time, also after it has rejected.
   *
   * Rejects when it is not certain that the order has heard of the change.
   */
  change<Type extends OrderCommandType>(change: ChangeOrder<Type>): Promise<ChangeOrderOutcome>;
}
