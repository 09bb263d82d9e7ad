import type { CancellationReason } from '@oms/domain';

import type { Declined, ProviderOutcome } from '../payment-provider.js';

/** The outcomes of an operation that is under way, failed for now or may have happened. */
export type Unsettled = Extract<ProviderOutcome<object>, { kind: 'transient' | 'unknown' | 'pending' }>;

/** A decision against the operation. */
export function declined(reason: CancellationReason, message: string, declineCode?: string): Declined {
  return { kind: 'declined', reason, message, ...(declineCode === undefined ? {} : { declineCode }) };
}

/** The certain answer that nothing has happened. */
export function transient(message: string, retryAfterMs?: number): Unsettled {
  return { kind: 'transient', message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** It may have happened. */
export function unknown(message: string): Unsettled {
  return { kind: 'unknown', message };
}

/** The provider has taken it, and reports the result later. */
export function pending(message: string): Unsettled {
  return { kind: 'pending', message };
}
