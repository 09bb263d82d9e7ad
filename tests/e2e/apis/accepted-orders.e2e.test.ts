import { randomUUID } from 'node:crypto';

import { commerceOrderId, openApiDocument, salesOrderId } from '@oms/contracts/http';
import { createApiClient, createApiKeyOf, orderBody, type ApiResponse } from '@oms/testing';
import { useStarted, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

interface OrderOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** An operation, as the document has it; a test of its own holds the document to OpenAPI. */
interface Documented {
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example: unknown } } };
}

/** Every operation of every API whose path names an order, with the document's own example of a body. */
const operations: readonly OrderOperation[] = Object.entries(openApiDocument().paths).flatMap(
  ([path, item]) =>
    path.includes('/orders/{')
      ? ['get', 'post', 'put', 'patch', 'delete'].flatMap((method) => {
          const operation = (item as Record<string, Documented | undefined>)[method];
          if (!operation) return [];
          const body = operation.requestBody?.content['application/json'].example;
          const name = `${method.toUpperCase()} ${path}`;
          return [{ name, method: method.toUpperCase(), path, ...(body === undefined ? {} : { body }) }];
        })
      : [],
);

const pathOf = ({ path }: OrderOperation, id: string): string => {
  const ids = path.startsWith('/v1/')
    ? commerceOrderId(id)
    : path.startsWith('/api/v1/sales/')
      ? salesOrderId(id)
      : id;
  return path.replace(/\{order(ID|Id)\}/, ids).replaceAll(/\{\w+\}/g, () => randomUUID());
};

describe.each([
  { fault: 'frozen', take: 'SIGSTOP' },
  { fault: 'killed', take: 'SIGKILL' },
] as const)('an order that is accepted while the order worker is $fault', ({ take }) => {
  const stack = useTestStack({ env: { RECORD_TIMEOUT_MS: '1000', CHANGE_TIMEOUT_MS: '500' } });
  const stranger = { tenantId: randomUUID(), orgId: randomUUID() };
  const keys = useStarted({
    start: async () => ({
      own: await createApiKeyOf(stack.api),
      strangers: await createApiKeyOf(stack.apiAs(stranger)),
    }),
  });
  const placed = useStarted({
    async start() {
      // The keys stand before this, since they are started before it.
      expect(keys.own).toBeDefined();
      const worker = stack.service('order-worker');
      if (take === 'SIGSTOP') worker.signal(take);
      else await worker.stop(take);
      const { status, body } = await stack.api.placeOrder(orderBody());
      expect(status).toBe(202);
      return { id: body.order_id };
    },
  });

  function ask(operation: OrderOperation, whose: 'own' | 'strangers'): Promise<ApiResponse> {
    const claims = whose === 'own' ? { tenantId: stack.tenantId, orgId: stack.orgId } : stranger;
    const isCommerce = operation.path.startsWith('/v1/');
    const token = isCommerce ? keys[whose] : stack.token(claims);
    const client = createApiClient({ baseUrl: stack.gatewayUrl, ...claims, token });
    const path = pathOf(operation, placed.id);
    return client.request(operation.method, path, operation.body, { 'idempotency-key': randomUUID() });
  }

  const retryAfterSeconds = ({ headers }: ApiResponse): number => Number(headers.get('retry-after'));

  it('covers every operation of the three APIs', () => {
    expect(new Set(operations.map(({ path }) => path.split('/orders/')[0]))).toEqual(
      new Set(['/api/v1/oms', '/api/v1/sales', '/v1']),
    );
    expect(operations.length).toBeGreaterThanOrEqual(23);
  });

  describe.each(operations)('$name', (operation) => {
    it('answers that the order is not recorded yet, never that it does not exist', async () => {
      const answer = await ask(operation, 'own');
      if (operation.method !== 'GET') {
        expect(answer.body['error']).toMatch(
          /retry .*with the same Idempotency-Key|accepted and not recorded yet/,
        );
        expect(answer.status).toBeGreaterThanOrEqual(500);
      } else if (operation.path.endsWith('/status')) {
        expect(answer).toMatchObject({ status: 200, body: { status: 'pending' } });
      } else {
        expect(answer.status).toBe(202);
        expect(answer.body['id']).toBe(pathOf(operation, placed.id).split('/orders/')[1]?.split('/')[0]);
        expect(retryAfterSeconds(answer)).toBeGreaterThan(0);
      }
    });

    it('is 404 for another tenant', async () => {
      expect((await ask(operation, 'strangers')).status).toBe(404);
    });
  });

  it.each([
    ['POST', `/api/v1/oms/orders/{orderID}/refunds`, { amount: '1.00' }, 500],
    ['PATCH', '/api/v1/sales/orders/{orderId}', { shipping_amount: '1.00' }, 503],
    ['PATCH', '/api/v1/sales/orders/{orderId}/status', { status: 'draft' }, 503],
  ] as const)('%s %s needs its record, and says so: %j is %i', async (method, path, body, status) => {
    const answer = await ask({ name: path, method, path, body }, 'own');
    expect(answer).toMatchObject({
      status,
      body: { error: 'the order is accepted and not recorded yet; retry after a few seconds' },
    });
    expect(retryAfterSeconds(answer)).toBeGreaterThan(0);
  });

  it('is shown by every read once the worker is back', async () => {
    const worker = stack.service('order-worker');
    if (take === 'SIGSTOP') worker.signal('SIGCONT');
    else await worker.start();
    await stack.orderReaching(placed.id, ['cancelled']);
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      expect((await ask(operation, 'own')).status, operation.name).toBe(200);
    }
  });
});
