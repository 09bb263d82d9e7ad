import { authorizationWarningMs, type OrderRef } from '@oms/domain';
import { isCancellation, log } from '@temporalio/workflow';

import { flagExpiringAuthorization } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';

/**
 * Flags an order that still waits to be paid for when its authorisation is about to lapse, once. Asked after every wait:
 * an order that waits for nothing is paid for at once, and needs no timer. Where the flag cannot be written, the step
 * that waits goes on, and the flag is tried again after its next wait.
 */
export async function flagIfExpiring(
  { tenantId, orgId, orderId }: OrderRef,
  state: OrderState,
): Promise<void> {
  const { isToBeCaptured, authorization } = state;
  const expiresAt = isToBeCaptured ? authorization.toBeFlagged : undefined;
  if (expiresAt === undefined || Date.parse(expiresAt) - Date.now() > authorizationWarningMs) return;
  try {
    const facts = await state.oneByOne(() =>
      flagExpiringAuthorization({ tenantId, orgId, orderId, expiresAt }),
    );
    authorization.flagged();
    state.learn(facts);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the order could not be flagged: its authorisation lapses soon', {
      orderId,
      why: String(error),
    });
  }
}
