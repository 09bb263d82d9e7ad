import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { commerceOrderBody, createCommerceClient, orderBody } from '@oms/testing';

import { auditOf, type Mutation, type MutationStage } from './mutations.js';

const secretIsShownOnce = {
  fields: ['secret'],
  why: 'a secret is shown once and kept nowhere, so a replay cannot have it',
};

async function apiKey({ stack }: MutationStage): Promise<string> {
  const wanted = { name: `key ${randomUUID()}`, scopes: ['order:read'] };
  return String((await stack.api.request('POST', '/api/v1/api-keys', wanted)).body['id']);
}

const erp = (port: number) => ({
  kind: 'push',
  url: `http://127.0.0.1:${port}/orders`,
  signing_secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
});

/** An organisation of its own, with an ERP. */
async function connected({ stack }: MutationStage) {
  const orgId = randomUUID();
  const api = stack.apiAs({ orgId });
  const { status } = await api.request('PUT', '/api/v1/oms/erp', erp(9));
  if (status !== 200) throw new Error(`the ERP was not connected: ${status}`);
  const place = async (): Promise<string> => {
    const reference = await stack.simulator.authorization(17_998);
    const { order_id: id } = (await api.placeOrder(orderBody({ payment_reference: reference }))).body;
    // Its own steps are over: nothing but what is asked of it writes to it.
    await eventually(`order ${id} being confirmed`, async () =>
      (await api.getOrder(id)).body.status === 'confirmed' ? true : undefined,
    );
    return id;
  };
  return { orgId, place };
}

const seller = (legal_name: string) => ({
  legal_name,
  address: { line1: '12 Mill Lane', city: 'Bath', country: 'GB' },
});

/** Each mutation of the Commerce API, its keys, ERPs and settings, by its operation. */
export const mutationsOfTenants: Readonly<Record<string, Mutation>> = {
  createCommerceOrder: {
    replayStatus: 200,
    async prepare({ stack }) {
      const { sku } = await (await createCommerceClient(stack)).stocked(10);
      const body = commerceOrderBody(sku);
      return {
        body,
        other: { body: { ...body, shipping_method: 'fedex_ground' } },
        effects: () => stack.database.prisma.orderLine.count({ where: { sku } }),
      };
    },
  },
  createApiKey: {
    moving: secretIsShownOnce,
    prepare({ stack }) {
      const name = `key ${randomUUID()}`;
      return Promise.resolve({
        body: { name, scopes: ['order:read'] },
        other: { body: { name, scopes: ['order:write'] } },
        effects: () => stack.database.prisma.apiKey.count({ where: { name } }),
      });
    },
  },
  rotateApiKey: {
    moving: secretIsShownOnce,
    async prepare(stage) {
      const id = await apiKey(stage);
      return {
        params: { apiKeyID: id },
        body: { grace_period_seconds: 60 },
        other: { body: { grace_period_seconds: 61 } },
        effects: () => auditOf(stage, { action: 'api_key.rotated', resourceId: id }),
      };
    },
  },
  revokeApiKey: {
    async prepare(stage) {
      const id = await apiKey(stage);
      return {
        params: { apiKeyID: id },
        other: { params: { apiKeyID: await apiKey(stage) } },
        effects: () => auditOf(stage, { action: 'api_key.revoked', resourceId: id }),
      };
    },
  },
  connectErp: {
    prepare(stage) {
      const orgId = randomUUID();
      return Promise.resolve({
        ...{ orgId, body: erp(9), other: { body: erp(10) } },
        effects: () => auditOf(stage, { action: 'erp.connected', orgId }),
      });
    },
  },
  disconnectErp: {
    async prepare(stage) {
      const { orgId } = await connected(stage);
      return {
        orgId,
        other: 'it takes no body, and an organisation has one ERP',
        effects: () => auditOf(stage, { action: 'erp.disconnected', orgId }),
      };
    },
  },
  changeSettings: {
    prepare(stage) {
      // Of an organisation that nobody else changes anything for; the settings are those of the whole tenant.
      const orgId = randomUUID();
      return Promise.resolve({
        orgId,
        body: { pending_limit_seconds: 86_399 },
        other: { body: { pending_limit_seconds: 86_398 } },
        effects: () => auditOf(stage, { action: 'settings.changed', orgId }),
      });
    },
  },
  replaceSeller: {
    prepare(stage) {
      const orgId = randomUUID();
      return Promise.resolve({
        ...{ orgId, body: seller('Brightside'), other: { body: seller('Darkside') } },
        effects: () => auditOf(stage, { action: 'seller.replaced', orgId }),
      });
    },
  },
  resyncOrder: {
    async prepare(stage) {
      const { orgId, place } = await connected(stage);
      const id = await place();
      return {
        ...{ orgId, params: { orderID: id }, other: { params: { orderID: await place() } } },
        effects: () => auditOf(stage, { action: 'erp.resync_requested', resourceId: id }),
      };
    },
  },
};
