import { randomUUID } from 'node:crypto';

import { findStockLevel, receiveStock } from '@oms/database';
import { eventually } from '@oms/stack';

import type { ApiResponse } from './api-client.js';
import { assertDeclared } from './declared-answers.js';
import type { StackClient } from './test-stack.js';

/**
 * Creates an API key with all scopes through the Orders API. The secret is shown once, so after an answer without it
 * another key is created.
 */
export async function createApiKeyOf(api: StackClient['api']): Promise<string> {
  const wanted = { name: 'test', scopes: ['order:read', 'order:write'] };
  return eventually('an API key', async () => {
    const { status, body } = await api.request('POST', '/api/v1/api-keys', wanted);
    if (status !== 201) throw new Error(`it is ${status} ${JSON.stringify(body)}`);
    return String(body['secret']);
  });
}

/** The Commerce API over real HTTP, and stock to order there. */
export async function createCommerceClient(stack: StackClient) {
  const secret = await createApiKeyOf(stack.api);
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiResponse> => {
    const response = await fetch(`${stack.gatewayUrl}/v1/orders${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    assertDeclared(method, `/v1/orders${path}`, response.status, answer);
    return { status: response.status, headers: response.headers, body: answer };
  };
  return {
    request,
    post: (body: unknown, key?: string) =>
      request('POST', '', body, key === undefined ? {} : { 'idempotency-key': key }),
    get: (id: unknown) => request('GET', `/${String(id)}`),
    list: (query: string) => request('GET', query),
    stocked: (...quantities: readonly number[]) => stocked(stack, quantities),
    /** The order's id on the Orders API, once the order is recorded. */
    omsIdOf: (externalId: string): Promise<string> =>
      eventually('the order being recorded', async () => {
        const { body } = await stack.api.listOrders(`?external_id=${externalId}`);
        return body.orders[0]?.id;
      }),
  };
}
export type CommerceClient = Awaited<ReturnType<typeof createCommerceClient>>;

/** A variant under a SKU of its own, with units at one location or several. */
async function stocked({ tenantId, orgId, database }: StackClient, quantities: readonly number[]) {
  const [sku, variantId] = [`SKU-${randomUUID()}`, randomUUID()];
  const locationIds = quantities.map(() => randomUUID());
  for (const [index, quantity] of quantities.entries()) {
    const locationId = String(locationIds[index]);
    await receiveStock(database, { tenantId, orgId, variantId, locationId, sku, quantity, reason: 'test' });
  }
  return {
    sku,
    variantId,
    locationIds,
    /** The number of reserved units at each location. */
    reserved: () =>
      Promise.all(
        locationIds.map(async (locationId) => {
          const found = await findStockLevel(database, { tenantId, orgId, variantId, locationId });
          return found?.reserved;
        }),
      ),
  };
}

/** The body of an order of one unit on the Commerce API. */
export function commerceOrderBody(sku: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { currency: 'USD', items: [{ sku, quantity: 1, unit_price: '10.00' }], ...changes };
}
