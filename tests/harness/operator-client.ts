import { randomUUID } from 'node:crypto';

import { isUpdateGivenUp } from '@oms/temporal';
import type { WorkflowHandle } from '@temporalio/client';

const maxAttempts = 3;

/**
 * Sends an Update as an operator does in the Web UI or on the command line. If Temporal aborts the Update because the
 * order completes at this moment, sends it again under the same id.
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
