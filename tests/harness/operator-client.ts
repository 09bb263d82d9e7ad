import { randomUUID } from 'node:crypto';

import { isUpdateGivenUp } from '@oms/temporal';
import type { WorkflowHandle } from '@temporalio/client';

const maxAttempts = 3;

/**
 * Sends an Update as an operator does with the Web UI or the command line. Where Temporal gives it up, because something
 * else reached the order while it took its last step, it is sent again, and is the same one.
 */
export async function updateAsOperatorsDo<Answer>(
  handle: WorkflowHandle,
  name: string,
  request: object,
  updateId: string = randomUUID(),
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await handle.executeUpdate<Answer, [object]>(name, { args: [request], updateId });
    } catch (error) {
      if (!isUpdateGivenUp(error) || attempt === maxAttempts) throw error;
    }
  }
}
