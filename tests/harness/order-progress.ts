import type { TestStack } from './test-stack.js';

/** The step and the wait of an order, as operators see them. */
export interface StatusBody {
  readonly status: string;
  readonly payment_status: string;
  readonly step: string;
  readonly attempt_started_at: string | null;
  readonly waiting: {
    readonly code: string;
    readonly fault: string;
    readonly since: string | null;
    readonly attempts: number | null;
    readonly next_attempt_at: string | null;
    readonly given_up_at: string | null;
    readonly actions: readonly { readonly action: string; readonly path: string; readonly update: string }[];
  } | null;
}

/** Reads the progress of an order through the API. */
export async function progressOf(stack: Pick<TestStack, 'apiAs'>, orderId: string): Promise<StatusBody> {
  const operator = stack.apiAs({ role: 'operator' });
  return (await operator.request<StatusBody>('GET', `/api/v1/oms/orders/${orderId}/status`)).body;
}
