import { randomUUID } from 'node:crypto';

import {
  Api,
  isSigned,
  operationIdOf,
  orderIdOfSales,
  typeIdOf,
  type OperationSpec,
} from '@oms/contracts/http';
import { createApiKeyOf } from '@oms/testing';
import { useStarted } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { makeOrder, useChangeStage } from './change-orders.js';
import { mutationsOfOrders } from './mutations-of-orders.js';
import { linkToInvoice, mutationsOfSales } from './mutations-of-sales.js';
import { mutationsOfTenants } from './mutations-of-tenants.js';
import { urlOf, walkedOperations, type Mutation, type MutationStage } from './mutations.js';

const mutations: Readonly<Record<string, Mutation>> = {
  ...mutationsOfOrders,
  ...mutationsOfSales,
  ...mutationsOfTenants,
  createInvoiceLink: linkToInvoice,
};

const called = walkedOperations.filter(({ api }) => !isSigned(api));
const about = called.filter(({ path }) => path.includes('{'));
const lists = called.filter(({ method, path, query }) => method === 'GET' && !path.includes('{') && query);

/** A client of one tenant and organisation, with all permissions. */
interface Caller {
  readonly tenantId: string;
  readonly orgId: string;
  readonly apiKey: string;
}

describe('isolation', () => {
  const standing = useChangeStage();
  const stage: MutationStage = useStarted({
    start: async () => ({ ...standing, apiKey: await createApiKeyOf(standing.stack.api) }),
  });

  async function strangerOf(tenantId: string): Promise<Caller> {
    const scope = { tenantId, orgId: randomUUID() };
    return { ...scope, apiKey: await createApiKeyOf(standing.stack.apiAs(scope)) };
  }
  const strangers = useStarted({
    start: async () => ({
      tenant: await strangerOf(randomUUID()),
      organisation: await strangerOf(standing.stack.tenantId),
    }),
  });
  /** The owner's resources, which the reads of all APIs name. */
  const owned = useStarted({
    async start() {
      const { id } = await makeOrder(standing, 'delivered', 'none');
      const { sales, productId } = standing;
      const line_items = [{ product_id: productId, quantity: 1 }];
      const draft = await sales.post('/orders', { customer_id: 'cust_01J9RPMNVK4W', line_items });
      const salesId = String(draft.body['id']);
      await sales.status(salesId, { status: 'confirmed' });
      const { body } = await sales.get(`/invoices?order_id=${salesId}`);
      const [invoice] = body['invoices'] as { id: string }[];
      const commerceId = typeIdOf('ord', orderIdOfSales(salesId) ?? '');
      const { commandId } = await standing.stack.database.prisma.orderCommand.findFirstOrThrow({
        where: { orderId: id },
      });
      const operationId = operationIdOf({ orderId: id, commandId });
      return { id, salesId, productId, invoiceId: String(invoice?.id), commerceId, operationId };
    },
  });

  function send(caller: Caller, operation: OperationSpec, url: string, body?: unknown): Promise<Response> {
    const { tenantId, orgId, apiKey } = caller;
    const token = operation.api === Api.Commerce ? apiKey : standing.stack.token({ tenantId, orgId });
    return fetch(url, {
      method: operation.method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenant-id': tenantId,
        'x-org-id': orgId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  const owner = (orgId = standing.stack.orgId): Caller => ({
    ...{ tenantId: standing.stack.tenantId, orgId, apiKey: stage.apiKey },
  });
  const paramsOf = ({ api }: OperationSpec): Record<string, string> => ({
    orderID: api === Api.Commerce ? owned.commerceId : owned.id,
    orderId: owned.salesId,
    productId: owned.productId,
    invoiceId: owned.invoiceId,
    operationID: owned.operationId,
  });

  it.each(about.filter(({ method }) => method === 'GET'))(
    'hides what $id reads from other tenants and organisations',
    async (operation) => {
      const url = urlOf(standing.stack.gatewayUrl, operation.path, paramsOf(operation));
      expect((await send(owner(), operation, url)).status).toBe(200);
      for (const stranger of [strangers.tenant, strangers.organisation]) {
        expect((await send(stranger, operation, url)).status).toBe(404);
      }
    },
  );

  it.each(about.filter(({ method }) => method !== 'GET'))(
    'refuses $id to other tenants and organisations, and changes nothing',
    async (operation) => {
      const mutation = mutations[operation.id];
      if (!mutation) throw new Error(`nothing says how ${operation.id} is made`);
      const prepared = await mutation.prepare(stage);
      const url = urlOf(standing.stack.gatewayUrl, operation.path, prepared.params);
      for (const stranger of [strangers.tenant, strangers.organisation]) {
        expect((await send(stranger, operation, url, prepared.body)).status).toBe(404);
      }
      expect(await prepared.effects()).toBe(0);
      // The same request is good when its owner sends it.
      expect((await send(owner(prepared.orgId), operation, url, prepared.body)).status).toBeLessThan(300);
    },
  );

  it.each(lists)('omits resources of others from $id', async (operation) => {
    const url = `${standing.stack.gatewayUrl}${operation.path}`;
    const ids = (text: string): readonly string[] =>
      [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id);
    const own = ids(await (await send(owner(), operation, url)).text());
    // Payments of invoices are nobody's here: none was recorded.
    if (operation.id !== 'listSalesPayments') expect(own.length).toBeGreaterThan(0);
    for (const stranger of [strangers.tenant, strangers.organisation]) {
      const answer = await send(stranger, operation, url);
      expect(answer.status).toBe(200);
      const seen = ids(await answer.text());
      expect(seen.filter((id) => own.includes(id))).toEqual([]);
    }
  });

  it.each([
    ['recordPayment', 404],
    ['createSalesOrder', 422],
  ])('refuses the body of %s that names what is another’s: %i', async (id, status) => {
    const operation = called.find((one) => one.id === id);
    const mutation = mutations[id];
    if (!operation || !mutation) throw new Error(`there is no ${id}`);
    const prepared = await mutation.prepare(stage);
    const url = `${standing.stack.gatewayUrl}${operation.path}`;
    for (const stranger of [strangers.tenant, strangers.organisation]) {
      expect((await send(stranger, operation, url, prepared.body)).status).toBe(status);
    }
    expect(await prepared.effects()).toBe(0);
  });
});
