import { eventually } from '@oms/stack';
import { payableOrder, placeAsClientsDo } from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { afterEach, describe, expect, it } from 'vitest';

const workers = ['order-worker', 'payment-worker', 'inventory-worker', 'integration-worker'] as const;

describe('the services in the database', () => {
  const stack = useTestStack({ env: patient });
  const asAdministrator = (sql: string) => stack.database.prisma.$executeRawUnsafe(sql);

  afterEach(async () => {
    await asAdministrator('GRANT INSERT ON reservations TO oms_worker');
    await asAdministrator('GRANT SELECT ON order_events TO oms_gateway');
  });

  it.each([['gateway', 'oms_gateway'] as const, ...workers.map((name) => [name, 'oms_worker'] as const)])(
    'have a role each: the %s is %s',
    async (name, role) => {
      const { DATABASE_URL = '' } = stack.environment(name);
      expect(new URL(DATABASE_URL).username).toBe(role);
      expect((await fetch(stack.readyUrl(name))).status).toBe(200);
    },
  );

  it('wait for a missing privilege, name it, and continue once it is granted', async () => {
    await asAdministrator('REVOKE INSERT ON reservations FROM oms_worker');
    const { body } = await payableOrder(stack);
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    const path = `/api/v1/oms/orders/${id}`;
    await eventually('the order saying what it may not do', async () => {
      const { body: status } = await stack.api.request('GET', `${path}/status`);
      return JSON.stringify(status['waiting']).includes('permission denied for table reservations')
        ? true
        : undefined;
    });
    expect((await stack.api.getOrder(id)).body).toMatchObject({ status: 'pending' });
    await asAdministrator('GRANT INSERT ON reservations TO oms_worker');
    await stack.orderReaching(id, ['confirmed']);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
  });

  it('answer 500 without details of the database while the gateway may not read, and recover once it may', async () => {
    const { body } = await payableOrder(stack);
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await asAdministrator('REVOKE SELECT ON order_events FROM oms_gateway');
    const events = () => stack.api.request('GET', `/api/v1/oms/orders/${id}/events`);
    // The answer is 202 while Temporal cannot tell whether the order is recorded.
    await expect.poll(async () => (await events()).status).toBe(500);
    const refused = await events();
    expect(JSON.stringify(refused.body)).not.toMatch(/permission|order_events|42501/);
    await asAdministrator('GRANT SELECT ON order_events TO oms_gateway');
    expect((await stack.api.request('GET', `/api/v1/oms/orders/${id}/events`)).status).toBe(200);
  });
});
