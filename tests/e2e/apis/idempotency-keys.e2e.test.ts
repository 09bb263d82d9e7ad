import { randomUUID } from 'node:crypto';

import { Api, type OperationSpec } from '@oms/contracts/http';
import { createApiKeyOf, holdTables } from '@oms/testing';
import { useStarted } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

import { useChangeStage } from './change-orders.js';
import { mutationsOfOrders } from './mutations-of-orders.js';
import { linkToInvoice, mutationsOfSales } from './mutations-of-sales.js';
import { mutationsOfTenants } from './mutations-of-tenants.js';
import {
  sendMutation,
  walkedOperations,
  type Mutation,
  type MutationAnswer,
  type MutationStage,
  type PreparedMutation,
} from './mutations.js';

const mutations: Readonly<Record<string, Mutation>> = {
  ...mutationsOfOrders,
  ...mutationsOfSales,
  ...mutationsOfTenants,
};

/** Operations that need no key, with the reason. */
const withoutKey: Readonly<Record<string, string>> = {
  testErp: 'it tries the ERP and has no effect: sent twice, it is tried twice',
  createInvoiceLink: 'it stores nothing: sent twice, there are two links, which both expire',
  receiveWebhook: 'providers send none; what they say has an id of their own, by which it is kept once',
};

const mutationsWithoutKey: Readonly<Record<string, Mutation>> = { createInvoiceLink: linkToInvoice };

const mutating = walkedOperations.filter(({ method }) => method !== 'GET');
const keyed = mutating.filter(({ idempotency }) => idempotency !== 'none');

describe('every mutation of every API', () => {
  const standing = useChangeStage();
  const stage: MutationStage = useStarted({
    start: async () => ({ ...standing, apiKey: await createApiKeyOf(standing.stack.api) }),
  });
  /** A gateway with short timeouts. */
  let hasty: string;

  beforeAll(async () => {
    hasty = await stage.stack.startGateway({
      ...{ RECORD_TIMEOUT_MS: '300', CHANGE_TIMEOUT_MS: '300', ALLOCATION_TIMEOUT_MS: '300' },
    });
  });

  function mutationOf({ id }: OperationSpec): Mutation {
    const mutation = mutations[id];
    if (!mutation) throw new Error(`nothing says how ${id} is made once`);
    return mutation;
  }

  /** Sends a request under a key, wherever its operation has it. */
  function sender(operation: OperationSpec, prepared: PreparedMutation) {
    const key = `key-${randomUUID()}`;
    return (baseUrl: string, changes: Partial<PreparedMutation> = {}): Promise<MutationAnswer> => {
      const request = { ...prepared, ...changes, params: { ...prepared.params, ...changes.params } };
      if (operation.idempotency === 'header') {
        return sendMutation(stage, baseUrl, operation, request, { header: key });
      }
      return sendMutation(stage, baseUrl, operation, {
        ...request,
        body: { ...request.body, idempotency_key: key },
      });
    };
  }

  it('is in the table if it has a key, and has a reason otherwise', () => {
    expect(keyed.map(({ id }) => id).sort()).toEqual(Object.keys(mutations).sort());
    const others = mutating.filter(({ idempotency }) => idempotency === 'none');
    expect(others.map(({ id }) => id).sort()).toEqual(Object.keys(withoutKey).sort());
  });

  it.each(keyed)(
    'is made once under a key, also for a request during the first one: $method $path',
    async (operation) => {
      const { replayStatus, moving } = mutationOf(operation);
      const prepared = await mutationOf(operation).prepare(stage);
      const send = sender(operation, prepared);
      const { gatewayUrl, databaseUrl } = stage.stack;
      const fixed = ({ body }: MutationAnswer) =>
        Object.fromEntries(Object.entries(body).filter(([field]) => !moving?.fields.includes(field)));

      const lock = await holdTables(databaseUrl, ['orders', 'order_commands', 'commands']);
      const under = [send(gatewayUrl), send(gatewayUrl)];
      try {
        // Orders that are brought to an ERP go on with that beside the requests.
        await lock.untilSomebodyWaits({ besides: '^\\s*INSERT INTO erp_links' });
        const early = await send(hasty);
        // The change is accepted or its outcome is open; it is never refused and never reported as done.
        expect([202, 500, 503], JSON.stringify(early)).toContain(early.status);
        if (early.status >= 500) expect(early.body['error']).toMatch(/retry with the same/);
      } finally {
        await lock.letGo();
      }
      const answers = await Promise.all(under);
      const [first, ...others] = answers.filter(({ isReplay }) => !isReplay);
      if (!first) throw new Error(`both are replays: ${JSON.stringify(answers)}`);
      expect(first.status, JSON.stringify(first)).toBeLessThan(300);
      expect(others).toEqual([]);

      for (const replay of [...answers.filter(({ isReplay }) => isReplay), await send(gatewayUrl)]) {
        expect(replay).toMatchObject({ isReplay: true, status: replayStatus ?? first.status });
        expect(fixed(replay)).toEqual(fixed(first));
      }
      expect(await prepared.effects()).toBe(1);
      if (typeof prepared.other === 'string') return;
      const refused = await send(gatewayUrl, prepared.other);
      const status = operation.api === Api.Orders ? 400 : 422;
      expect(refused).toMatchObject({ status, isReplay: false });
      expect(refused.body['error']).toMatch(
        /was used before with another (request|body); nothing was changed/,
      );
      expect(await prepared.effects()).toBe(1);
    },
  );

  it('stays the same request when the catalogue behind it has changed', async () => {
    const { sales } = stage;
    const productId = await sales.product(10);
    const line_items = [{ product_id: productId, quantity: 1 }];
    const { body } = await sales.post('/orders', { customer_id: 'cust_01J9RPMNVK4W', line_items });
    const edit = () => sales.patch(`/orders/${String(body['id'])}`, { line_items }, 'edit');
    const first = await edit();
    expect(first).toMatchObject({ status: 200, body: { total: '100.00' } });
    await sales.patch(`/products/${productId}`, { variants: [{ price: '120.00' }] });
    const again = await edit();
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.concurrent.each(mutating.filter(({ api }) => api !== Api.Webhooks))(
    'refuses an unknown field: $method $path',
    async (operation) => {
      const mutation = mutations[operation.id] ?? mutationsWithoutKey[operation.id];
      const prepared = await (mutation?.prepare(stage) ?? { params: {}, body: {} });
      const changes = { body: { ...prepared.body, unexpected: true } };
      const send = mutations[operation.id] && 'effects' in prepared ? sender(operation, prepared) : undefined;
      const { gatewayUrl } = stage.stack;
      const answer = await (send?.(gatewayUrl, changes) ??
        sendMutation(stage, gatewayUrl, operation, { ...prepared, ...changes }));
      expect(answer).toMatchObject({ status: 400, body: { error: 'unexpected is not a known field' } });
      if ('effects' in prepared) expect(await prepared.effects()).toBe(0);
    },
  );
});
