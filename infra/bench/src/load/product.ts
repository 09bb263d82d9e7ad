import { randomUUID } from 'node:crypto';

import { orderBody, orderBodyTotalMinor, orderItem, type TestStack } from '@oms/testing';

import type { ConfirmationWatch } from './confirmation-watch.js';
import { now, type Contender } from './contender.js';

/** Number of variants that the orders are spread over. */
const variantCount = 50;

/** The product as in production: HTTP and the worker processes, with the payment simulator as provider. */
export function createProductContender(stack: TestStack, watch: ConfirmationWatch): Contender {
  const references: string[] = [];
  const levels: { readonly variant_id: string; readonly location_id: string }[] = [];
  let placed = 0;

  async function authorize(count: number): Promise<void> {
    references.push(...(await stack.simulator.authorizations(count, orderBodyTotalMinor)));
  }

  return {
    async prepare(orders) {
      while (levels.length < variantCount) levels.push(await stack.stock(1_000_000));
      while (references.length < orders) await authorize(Math.min(1_000, orders - references.length));
    },
    async place(startedAt) {
      if (references.length === 0) await authorize(200);
      placed += 1;
      const answer = await stack.api.placeOrder(
        orderBody({
          idempotency_key: `bench-${randomUUID()}`,
          payment_reference: references.pop(),
          items: [orderItem(levels[placed % levels.length])],
        }),
      );
      const answeredAt = now();
      if (answer.status !== 201 && answer.status !== 202) {
        throw new Error(`an order was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      const confirmedAt = await watch.whenConfirmed(answer.body.order_id);
      return { answerMs: answeredAt - startedAt, doneMs: Math.max(confirmedAt - startedAt, 1) };
    },
  };
}
