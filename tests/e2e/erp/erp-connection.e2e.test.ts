import { randomUUID } from 'node:crypto';

import type { ApiClient } from '@oms/testing';
import { useStarted, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { startReceivingErp } from '../../../packages/erp/src/testing/receiving-erp.js';
import { newSigningSecret } from '../../../packages/erp/src/testing/steered-push.js';
import { erpStage } from './erp-stage.js';

const path = '/api/v1/oms/erp';

describe('the ERP of an organisation', () => {
  const signingSecret = newSigningSecret();
  const receiver = useStarted({
    start: () => startReceivingErp(signingSecret, new Set()),
    stop: (erp) => erp.close(),
  });
  const stack = useSharedStack();

  /** An organisation that nothing was done for yet. */
  const organisation = () => {
    const orgId = randomUUID();
    return { orgId, api: stack.apiAs({ orgId }) };
  };
  const push = () => ({ kind: 'push', url: `${receiver.baseUrl}/orders`, signing_secret: signingSecret });
  const put = (api: ApiClient, body: unknown, key: string = randomUUID()) =>
    api.request('PUT', path, body, { 'idempotency-key': key });

  it('is shown without its secret, replaced as a whole, and ended', async () => {
    const { api } = organisation();
    expect(await api.request('GET', path)).toMatchObject({
      status: 404,
      body: { error: 'no ERP is connected' },
    });
    expect(await api.request('POST', `${path}/test`)).toMatchObject({ status: 404 });
    expect(await put(api, push())).toMatchObject({ status: 200 });
    const shown = {
      kind: 'push',
      url: push().url,
      connected_at: expect.any(String) as string,
      connected_by: expect.any(String) as string,
    };
    expect(await api.request('GET', path)).toMatchObject({ status: 200, body: shown });
    expect(Object.keys((await api.request('GET', path)).body).sort()).toEqual(Object.keys(shown).sort());
    expect(await api.request('POST', `${path}/test`)).toMatchObject({ status: 200, body: { works: true } });

    const tryton = {
      ...{ kind: 'tryton', url: 'http://127.0.0.1:9/', database: 'shop', user: 'oms', password: 'p4ssword' },
      ...{ products: { policy: 'refuse' }, parties: { policy: 'create' } },
    };
    expect((await put(api, tryton)).body).toMatchObject({ kind: 'tryton', products: { policy: 'refuse' } });
    expect(JSON.stringify((await api.request('GET', path)).body)).not.toContain('p4ssword');
    expect(await api.request('POST', `${path}/test`)).toMatchObject({ status: 200, body: { works: false } });

    expect(await api.request('DELETE', path)).toMatchObject({
      status: 200,
      body: { kind: 'tryton', status: 'disconnected' },
    });
    expect(await api.request('DELETE', path)).toMatchObject({ status: 404 });
    expect(await api.request('GET', path)).toMatchObject({ status: 404 });
  });

  it('is for administrators, and for nobody of another organisation', async () => {
    const { orgId, api } = organisation();
    await put(api, push());
    expect(await organisation().api.request('GET', path)).toMatchObject({ status: 404 });
    const manager = stack.apiAs({ orgId, role: 'order_manager' });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(await manager.request(method, path, method === 'PUT' ? push() : undefined)).toMatchObject({
        status: 403,
      });
    }
  });

  it('is changed once per key, and another body under it is refused', async () => {
    const { api } = organisation();
    const key = randomUUID();
    expect((await put(api, push(), key)).headers.get('idempotent-replayed')).toBeNull();
    expect((await put(api, push(), key)).headers.get('idempotent-replayed')).toBe('true');
    // Other in nothing but the secret.
    expect(await put(api, { ...push(), signing_secret: newSigningSecret() }, key)).toMatchObject({
      status: 400,
    });
  });

  it.each([
    [{ url: 'http://10.0.0.1/' }, 'url must be https'],
    [{ url: 'https://me:word@erp.example.com/' }, 'url must not contain credentials'],
    [{ signing_secret: 'whsec_c2hvcnQ=' }, 'signing_secret must be of 24 to 64 bytes'],
    [{ kind: 'sap' }, 'kind must be one of: push, tryton'],
    [{ password: 'x' }, 'password is not a known field'],
  ])('is refused with the field that is at fault, and nothing changes: %j', async (changes, message) => {
    const { api } = organisation();
    expect(await put(api, { ...push(), ...changes })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(message) as string },
    });
    expect(await api.request('GET', path)).toMatchObject({ status: 404 });
  });

  it('leaves no secret in Temporal or PostgreSQL', async () => {
    const { orgId, api } = organisation();
    const stage = erpStage(stack, api);
    await put(api, push());
    const plain = [signingSecret, signingSecret.slice('whsec_'.length)];
    const orderId = await stage.place();
    await stage.untilSynced(orderId);
    const texts: string[] = [];
    for await (const { workflowId } of stack.temporal.workflow.list({ query: `OrgId = "${orgId}"` })) {
      const { events } = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
      texts.push(...(events ?? []).flatMap((event) => payloadsOf(event)));
    }
    const written = texts.join('\n');
    expect(written).toContain(orderId);
    const rows = await stack.database.prisma.$queryRaw<{ line: string }[]>`
      SELECT to_jsonb(erp_connections)::text AS line FROM erp_connections
      UNION ALL SELECT to_jsonb(commands)::text FROM commands
      UNION ALL SELECT to_jsonb(audit_log)::text FROM audit_log WHERE action LIKE 'erp%'`;
    const kept = rows.map(({ line }) => line).join('\n');
    expect(kept).toContain('"erp.connected"');
    for (const secret of plain) {
      expect(written).not.toContain(secret);
      expect(kept).not.toContain(secret);
    }
  });

  it('that is disconnected gets no more pushes; its orders show that and continue', async () => {
    const { api } = organisation();
    const stage = erpStage(stack, api);
    await put(api, push());
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    const { id: erpId } = await stage.untilSynced(id);
    await api.request('DELETE', path);
    await stage.change(id, '/cancel', {});
    await stage.untilStatus(id, 'cancelled');
    await stage.untilErp(id, 'refused', (erp) => erp.status === 'refused');
    expect((await stage.erpOf(id)).erp).toMatchObject({ id: erpId, last_error: 'No ERP is connected' });
    await put(api, push());
    await stage.change(id, '/erp/resync');
    await stage.untilSynced(id);
  });
});

/** The JSON of all payloads in a history's event. */
function payloadsOf(event: object): string[] {
  return Object.values(event as Record<string, unknown>).flatMap((value) => {
    if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
    return typeof value === 'object' && value !== null ? payloadsOf(value) : [];
  });
}
