import { eventually } from '@oms/stack';
import {
  createCommerceClient,
  createSalesClient,
  orderBody,
  orderItem,
  placeAsClientsDo,
  type CommerceClient,
} from '@oms/testing';
import { useStarted, useSharedStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

interface Page {
  readonly orders: readonly { readonly number?: string; readonly order_number?: string }[];
  readonly limit: number;
  readonly offset: number;
  readonly next_cursor: string | null;
}

/** How many lines each order has, the newest first. A page of the first three has 551; with the fourth it would have 1,001. */
const lines = [1, 500, 50, 450, 500];

describe('a page of large orders', () => {
  const stack = useSharedStack();
  const commerce = useStarted<CommerceClient>({ start: () => createCommerceClient(stack) });
  const numbers: string[] = [];

  beforeAll(async () => {
    for (const count of [...lines].reverse()) {
      const items = Array.from({ length: count }, () => orderItem({ unit_price: 1 }));
      const { body } = await placeAsClientsDo(stack.api, orderBody({ items }));
      const number = await eventually('the recorded order', async () => {
        const order = await stack.api.getOrder(body.order_id);
        return order.status === 200 ? String(order.body.number) : undefined;
      });
      numbers.unshift(number);
    }
  });

  const lists = {
    Orders: async (query: string) => (await stack.api.request('GET', `/api/v1/oms/orders${query}`)).body,
    Sales: async (query: string) =>
      (await createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) }).get(`/orders${query}`))
        .body,
    Commerce: async (query: string) => (await commerce.list(query)).body,
  };

  it.each(['Orders', 'Sales', 'Commerce'] as const)(
    'ends early on the %s API, says so, and leads to all of them by cursor and by offset',
    async (api) => {
      const list = async (query: string) => (await lists[api](query)) as unknown as Page;
      const first = await list('?limit=100');
      const numbersOf = ({ orders }: Page) => orders.map((order) => order.number ?? order.order_number);
      expect({ ...first, orders: numbersOf(first) }).toEqual({
        orders: numbers.slice(0, 3),
        limit: 3,
        offset: 0,
        next_cursor: expect.any(String) as string,
      });
      const byCursor = await list(`?limit=100&cursor=${String(first.next_cursor)}`);
      const byOffset = await list(`?limit=100&offset=${first.offset + first.limit}`);
      for (const second of [byCursor, byOffset]) {
        expect(numbersOf(second)).toEqual(numbers.slice(3));
        expect(second).toMatchObject({ limit: 100, next_cursor: null });
      }
    },
  );
});
