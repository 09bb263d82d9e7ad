import { orderChangeUpdates, orderWorkflowId, type ChangeAnswer } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { updateAsOperatorsDo } from '@oms/testing';

import type { StackStage } from './stage.js';

/** The workflow of an order, in whichever run it is. */
export const handleOf = ({ stack }: StackStage, orderId: string) =>
  stack.temporal.workflow.getHandle(orderWorkflowId(orderId));

/** Asks an order for a change, as `temporal workflow update` does. */
export function change(
  stage: StackStage,
  orderId: string,
  type: keyof typeof orderChangeUpdates,
  request: Readonly<Record<string, unknown>> = {},
): Promise<ChangeAnswer> {
  return updateAsOperatorsDo<ChangeAnswer>(handleOf(stage, orderId), orderChangeUpdates[type].name, request);
}

/** Resolves when money was given back of an order, in part or all of it. */
export async function untilRefunded({ stack }: StackStage, orderId: string): Promise<void> {
  await eventually('the refund', async () =>
    (await stack.api.getOrder(orderId)).body.payment_status.endsWith('refunded') ? true : undefined,
  );
}
