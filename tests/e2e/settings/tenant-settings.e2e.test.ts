import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { orderBody, orderBodyTotalMinor, placeAsClientsDo } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const path = '/api/v1/oms/settings';
const defaults = {
  capture_policy: 'at_confirmation',
  split_shipments: 'capture_all',
  lapsing_authorizations: 'flag',
  order_number_prefix: 'ORD',
  return_window_seconds: 30 * 86_400,
  return_expiry_days: null,
  refund_window_days: null,
  pending_limit_seconds: 86_400,
  payments_require_metadata: false,
};

describe('the settings of a tenant', () => {
  const stack = useSharedStack();

  /** A new tenant, without settings of its own. */
  function tenant() {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const api = stack.apiAs(claims);
    const as = (changes: { readonly role?: string; readonly orgId?: string }) =>
      stack.apiAs({ ...claims, ...changes });
    const place = async () => {
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const { body } = await placeAsClientsDo(api, orderBody({ payment_reference: reference }));
      return eventually('the order being confirmed', async () => {
        const order = (await api.getOrder(body.order_id)).body;
        return order.status === 'confirmed' ? order : undefined;
      });
    };
    const deliver = async (id: string) => {
      const order = `/api/v1/oms/orders/${id}`;
      const { body } = await api.request('POST', `${order}/fulfillments`, {});
      await api.request('POST', `${order}/fulfillments/${String(body['id'])}/deliver`);
    };
    return {
      ...{ ...claims, api, as, place, deliver },
      get: async () => (await api.request('GET', path)).body,
      patch: (body: unknown, key: string = randomUUID()) =>
        api.request('PATCH', path, body, { 'idempotency-key': key }),
    };
  }

  it('have defaults, change one by one, and apply to all organisations of the tenant only', async () => {
    const [one, other] = [tenant(), tenant()];
    expect(await one.get()).toEqual(defaults);
    expect(await one.patch({ return_window_seconds: 1_209_600 })).toMatchObject({
      status: 200,
      body: { ...defaults, return_window_seconds: 1_209_600 },
    });
    const changed = { ...defaults, return_window_seconds: 1_209_600, order_number_prefix: 'BS' };
    // A setting always has a value.
    expect(await one.patch({ order_number_prefix: 'BX', pending_limit_seconds: null })).toMatchObject({
      status: 400,
      body: { field: 'pending_limit_seconds' },
    });
    expect(await one.patch({ order_number_prefix: 'BS' })).toMatchObject({
      status: 200,
      body: changed,
    });
    expect(await one.get()).toEqual(changed);
    expect((await one.as({ orgId: randomUUID() }).request('GET', path)).body).toEqual(changed);
    expect(await other.get()).toEqual(defaults);
    expect(await stack.database.prisma.tenantSettings.count({ where: { tenantId: other.tenantId } })).toBe(0);
  });

  it.each([
    [{ capture_policy: 'later' }, 'capture_policy must be one of: at_confirmation, at_shipment'],
    [{ order_number_prefix: 'bs' }, 'order_number_prefix must be 1 to 8 capital letters A to Z or digits'],
    [{ return_window_seconds: 0 }, 'return_window_seconds must be at least 1'],
    [{ return_window_seconds: '5' }, 'return_window_seconds must be a number'],
    [{ return_window_seconds: 63_072_001 }, 'return_window_seconds must be at most 63072000'],
    [{ refund_window_days: 0 }, 'refund_window_days must be at least 1'],
    [{ refund_window_days: 3_654 }, 'refund_window_days must be at most 3653'],
    [{ return_expiry_days: 0 }, 'return_expiry_days must be at least 1'],
    [{ return_expiry_days: 731 }, 'return_expiry_days must be at most 730'],
    [{ return_expiry_days: 1.5 }, 'return_expiry_days must be an integer'],
    [{ pending_limit_seconds: 59 }, 'pending_limit_seconds must be at least 60'],
    [{ payments_require_metadata: 'true' }, 'payments_require_metadata must be true or false'],
    [{ order_number_prefix: 'BS', currency: 'USD' }, 'currency is not a known field'],
    [
      {},
      'the body must name at least one setting: capture_policy, split_shipments, lapsing_authorizations, order_number_prefix, return_window_seconds, return_expiry_days, refund_window_days, pending_limit_seconds, payments_require_metadata',
    ],
  ])('refuse the change %j with the invalid field, and stay unchanged', async (body, error) => {
    const { get, patch } = tenant();
    expect(await patch(body)).toMatchObject({ status: 400, body: { error } });
    expect(await get()).toEqual(defaults);
  });

  it('let returns expire until null removes it', async () => {
    const { get, patch } = tenant();
    await patch({ return_expiry_days: 14 });
    expect(await get()).toEqual({ ...defaults, return_expiry_days: 14 });
    expect(await patch({ return_expiry_days: null })).toMatchObject({ status: 200, body: defaults });
    expect(await get()).toEqual(defaults);
  });

  it('are forbidden to every role but administrators', async () => {
    const { as, get } = tenant();
    const forbidden = {
      status: 403,
      body: { error: 'the token does not carry the permission settings:manage' },
    };
    for (const role of ['operator', 'order_manager', 'service', 'viewer']) {
      expect(await as({ role }).request('GET', path)).toMatchObject(forbidden);
      expect(await as({ role }).request('PATCH', path, { order_number_prefix: 'X' })).toMatchObject(
        forbidden,
      );
    }
    expect(await get()).toEqual(defaults);
  });

  it('have one audit entry per idempotency key, with actor, old and new values', async () => {
    const { tenantId, orgId, patch } = tenant();
    const key = randomUUID();
    for (const replayed of [null, 'true']) {
      const answer = await patch({ order_number_prefix: 'BS' }, key);
      expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, replayed]);
    }
    expect(await patch({ order_number_prefix: 'CD' }, key)).toMatchObject({ status: 400 });
    const entries = await stack.database.prisma.auditEntry.findMany({
      where: { tenantId },
      select: { orgId: true, action: true, resourceId: true, actorId: true, data: true },
    });
    expect(entries).toEqual([
      {
        ...{ orgId, action: 'settings.changed', resourceId: tenantId, actorId: 'development-admin' },
        data: { before: defaults, after: { ...defaults, order_number_prefix: 'BS' } },
      },
    ]);
  });

  it('keep all of four concurrent changes', async () => {
    const { get, patch } = tenant();
    const answers = await Promise.all([
      patch({ order_number_prefix: 'BS' }),
      patch({ return_window_seconds: 7 }),
      patch({ pending_limit_seconds: 77 }),
      patch({ payments_require_metadata: true }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await get()).toEqual({
      ...defaults,
      ...{ order_number_prefix: 'BS', return_window_seconds: 7, pending_limit_seconds: 77 },
      payments_require_metadata: true,
    });
  });

  it('apply to new orders, not to existing ones', async () => {
    const { api, place, deliver, patch } = tenant();
    const before = await place();
    await patch({ return_window_seconds: 1, order_number_prefix: 'BS' });
    const after = await place();
    expect(before.number).toMatch(/^ORD-\d+$/);
    expect(after.number).toMatch(/^BS-\d+$/);
    await deliver(before.id);
    await deliver(after.id);
    await eventually('the return window of the new order passing', async () =>
      (await api.getOrder(after.id)).body.status === 'closed' ? true : undefined,
    );
    expect((await api.getOrder(before.id)).body.status).toBe('delivered');
  });
});
