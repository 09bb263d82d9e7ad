import { eventually } from '@oms/stack';
import { orderBodyTotalMinor } from '@oms/testing';

import type { Stage } from './stage.js';

/** An order whose provider says by webhook what became of what it was asked for. */
export interface AdyenOrder {
  readonly orderId: string;
  readonly reference: string;
}

export async function placeAtAdyen(stage: Stage): Promise<AdyenOrder> {
  const reference = await stage.stack.simulator.adyenPayment(orderBodyTotalMinor);
  const payment = { payment_provider: 'adyen', payment_reference: reference };
  const { body } = await stage.payable({ order: payment });
  return { orderId: await stage.place(body), reference };
}

/** An order that waits for what becomes of its capture, and is told; it is confirmed by then. */
export async function settleHeldCapture(stage: Stage): Promise<AdyenOrder> {
  const { simulator } = stage.stack;
  await simulator.call('PUT', '/adyen/settlement', { mode: 'hold' });
  const { orderId, reference } = await placeAtAdyen(stage);
  await stage
    .untilWaiting(orderId)
    .then(() => simulator.call('POST', '/adyen/settle', { pspReference: reference }))
    .finally(() => simulator.call('PUT', '/adyen/settlement', { mode: 'auto', delayMs: 100 }));
  await stage.untilAtRest(orderId);
  return { orderId, reference };
}

/** An order whose capture fails after the order was confirmed; its record says so by then. */
export async function failCapture(stage: Stage): Promise<AdyenOrder & { readonly captureId: string }> {
  const { simulator, api } = stage.stack;
  const { orderId, reference } = await placeAtAdyen(stage);
  await stage.untilAtRest(orderId);
  const [capture] = await simulator.adyenModifications(reference);
  if (!capture) throw new Error(`nothing was captured of ${reference}`);
  await simulator.call('POST', `/adyen/modifications/${capture.id}/complete`, { outcome: 'failed' });
  await eventually('the order being flagged', async () => {
    const { flags } = (await api.getOrder(orderId)).body;
    return Array.isArray(flags) && flags.includes('capture_failed') ? true : undefined;
  });
  return { orderId, reference, captureId: capture.id };
}
