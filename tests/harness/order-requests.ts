import { eventually } from '@oms/stack';

import { changeAsClientsDo } from './api-client.js';
import type { StackClient } from './test-stack.js';

/** Requests about single orders on the Orders API of a stack. Paths are below that of the order, such as `/refunds`. */
export function orderRequests(stack: Pick<StackClient, 'api'>) {
  const pathOf = (id: string, path = ''): string => `/api/v1/oms/orders/${id}${path}`;
  return {
    /** The body of the order, or of what is below its path. */
    get: async (id: string, path = '') => (await stack.api.request('GET', pathOf(id, path))).body,

    /** Makes a change and returns the body of its answer. @throws Error when the change is refused */
    change: async (id: string, path: string, body?: object) =>
      (await changeAsClientsDo(stack.api, pathOf(id, path), body)).body,

    /** Requests a change that is to be refused, and returns the status and the error of its answer. */
    async refused(id: string, path: string, body: object = {}) {
      const { status, body: answer } = await stack.api.request('POST', pathOf(id, path), body);
      return { status, error: answer['error'] };
    },

    /** The amounts of an order's refunds, once all of them have succeeded. */
    refundsOf: (id: string) =>
      eventually(`the refunds of ${id}`, async () => {
        const { body } = await stack.api.request('GET', pathOf(id, '/refunds'));
        const refunds = body['refunds'] as { status: string; amount: string }[];
        return refunds.every(({ status }) => status === 'succeeded')
          ? refunds.map(({ amount }) => amount)
          : undefined;
      }),
  };
}
