import { orderProgressQuery, orderWorkflowId, type OrderProgress } from '@oms/contracts/temporal';
import type { Client } from '@temporalio/client';

/** Asks orders what they are doing. */
export interface OrderProgressReader {
  /** `undefined` where the workflow cannot say: no worker runs it in time, or there is none. */
  find(orderId: string): Promise<OrderProgress | undefined>;
}

const queryTimeoutMs = 2_000;

/** Asks by queries on the orders' workflows. */
export function createOrderProgressReader(client: Client): OrderProgressReader {
  return {
    async find(orderId) {
      try {
        return await client.withDeadline(Date.now() + queryTimeoutMs, () =>
          client.workflow.getHandle(orderWorkflowId(orderId)).query(orderProgressQuery),
        );
      } catch {
        // Whatever stood in the way, the answer is that nothing is known; the caller says so.
        return undefined;
      }
    },
  };
}
