import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';

import type { ApiResponse } from './api-client.js';
import { assertDeclared } from './declared-answers.js';

/** A client of the Sales API over real HTTP. Sends only the token as authentication. */
export function createSalesClient({ baseUrl, token }: { readonly baseUrl: string; readonly token: string }) {
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiResponse> => {
    const response = await fetch(`${baseUrl}/api/v1/sales${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const parsed: unknown = isJson ? JSON.parse(text) : { text };
    assertDeclared(method, `/api/v1/sales${path}`, response.status, parsed);
    return {
      status: response.status,
      headers: response.headers,
      body: parsed as Record<string, unknown>, // Every JSON answer of this API is an object.
    };
  };
  const keyed = (key: string | undefined) => (key === undefined ? {} : { 'idempotency-key': key });
  return {
    request,
    get: (path: string) => request('GET', path),
    post: (path: string, body: unknown, key?: string) => request('POST', path, body, keyed(key)),
    patch: (path: string, body: unknown, key?: string) => request('PATCH', path, body, keyed(key)),
    status: (id: string, body: unknown, key?: string) =>
      request('PATCH', `/orders/${id}/status`, body, keyed(key)),
    /** Creates a product with one variant at 100.00 USD and this stock. Resolves with its id. */
    async product(stockQuantity: number): Promise<string> {
      const variant = { sku: `LAMP-${randomUUID()}`, price: '100.00', stock_quantity: stockQuantity };
      const product = { title: 'Desk Lamp', variants: [variant] };
      const key = randomUUID();
      return eventually('the product being made', async () => {
        const { status, body } = await request('POST', '/products', product, keyed(key));
        if (status !== 201) throw new Error(`it is ${status} ${JSON.stringify(body)}`);
        return String(body['id']);
      });
    },
  };
}
export type SalesClient = ReturnType<typeof createSalesClient>;
