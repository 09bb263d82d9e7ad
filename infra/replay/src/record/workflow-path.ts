import { orderWorkflowId } from '@oms/contracts/temporal';

import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';

/** One way through a workflow, whichever it is. */
export interface WorkflowPath extends Pick<OrderPath, 'name' | 'needs'> {
  /**
   * Has a workflow go this way, and leaves it where nothing more happens by itself.
   *
   * @returns the workflow's id
   */
  readonly take: (stage: Stage) => Promise<string>;
}

/** The way through its workflow that an order takes. */
export function ofOrder(path: OrderPath): WorkflowPath {
  return { ...path, take: async (stage) => orderWorkflowId(await path.take(stage)) };
}
