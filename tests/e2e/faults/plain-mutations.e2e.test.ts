import { randomUUID } from 'node:crypto';

import { createApiClient, holdCommits, holdLock, holdTables } from '@oms/testing';
import { usePostgres, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

const unavailable = {
  status: 503,
  body: { error: expect.stringContaining('retry with the same Idempotency-Key') as string },
};

describe('mutations of one transaction', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres, services: ['gateway'] });
  let otherGatewayUrl: string;
  let hastyGatewayUrl: string;

  beforeAll(async () => {
    otherGatewayUrl = await stack.startGateway({});
    hastyGatewayUrl = await stack.startGateway({ CHANGE_TIMEOUT_MS: '300', DATABASE_POOL_SIZE: '2' });
  });

  /** A tenant that nothing was changed for yet. */
  function tenant() {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const through = (baseUrl: string) =>
      createApiClient({ ...claims, baseUrl, token: stack.token({ ...claims, role: 'admin' }) });
    const send =
      (method: string, path: string, body: object) =>
      async (key: string, baseUrl = stack.gatewayUrl) => {
        const answer = await through(baseUrl).request(method, path, body, { 'idempotency-key': key });
        const { status, headers } = answer;
        const isReplay = headers.get('idempotent-replayed') === 'true';
        return { status, body: answer.body, isReplay, retryAfter: headers.get('retry-after') };
      };
    const wanted = { name: 'storefront', scopes: ['order:read'] };
    const { prisma } = stack.database;
    const where = { tenantId: claims.tenantId };
    return {
      ...claims,
      createKey: send('POST', '/api/v1/api-keys', wanted),
      changeSettings: send('PATCH', '/api/v1/oms/settings', { order_number_prefix: 'BS' }),
      createProduct: send('POST', '/api/v1/sales/products', { title: 'Lamp', variants: [{ price: '1.00' }] }),
      connectErp: send('PUT', '/api/v1/oms/erp', {
        ...{ kind: 'push', url: 'http://127.0.0.1:9/orders' },
        signing_secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      }),
      /** Rows of what was made, audit records and kept answers. */
      async effects() {
        const rows = await prisma.apiKey.count({ where });
        const audited = await prisma.auditEntry.findMany({ where, orderBy: { id: 'asc' } });
        return {
          rows,
          audited: audited.map(({ action }) => action),
          kept: await prisma.command.count({ where }),
        };
      },
    };
  }

  it('sent to two gateways with one key at once → are made once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { createKey, effects } = tenant();
      const urls = [stack.gatewayUrl, otherGatewayUrl, stack.gatewayUrl, otherGatewayUrl];
      const answers = await Promise.all(urls.map((url) => createKey('same', url)));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const [first, ...others] = answers.filter(({ isReplay }) => !isReplay);
      expect(others).toEqual([]);
      expect(first?.body['secret']).toMatch(/^sk_/);
      for (const { body } of answers.filter(({ isReplay }) => isReplay)) {
        expect(body).toEqual({ ...first?.body, secret: null });
      }
      expect(await effects()).toEqual({ rows: 1, audited: ['api_key.created'], kept: 1 });
    }
  });

  it('of a gateway that is killed before COMMIT leave nothing, and are made by the repeated request', async () => {
    const { createKey, effects } = tenant();
    const lock = await holdTables(stack.databaseUrl, ['commands']);
    const lost = createKey('killed before').catch(() => undefined);
    await lock.untilSomebodyWaits();
    await stack.service('gateway').stop('SIGKILL');
    await lock.letGo();
    expect(await lost).toBeUndefined();
    await stack.service('gateway').start();
    const again = await createKey('killed before');
    expect(again).toMatchObject({ status: 201, isReplay: false });
    expect(again.body['secret']).toMatch(/^sk_/);
    expect(await effects()).toEqual({ rows: 1, audited: ['api_key.created'], kept: 1 });
  });

  it('of a gateway that is killed after sending COMMIT are made, and the repeated request finds the answer', async () => {
    const { createKey, effects } = tenant();
    await holdCommits(stack.databaseUrl, { table: 'commands' }, async (commits) => {
      const lost = createKey('killed after').catch(() => undefined);
      await commits.untilOneStands();
      await stack.service('gateway').stop('SIGKILL');
      await commits.letGo();
      expect(await lost).toBeUndefined();
    });
    await stack.service('gateway').start();
    expect(await createKey('killed after')).toMatchObject({
      ...{ status: 201, isReplay: true },
      body: { name: 'storefront', secret: null },
    });
    expect(await effects()).toEqual({ rows: 1, audited: ['api_key.created'], kept: 1 });
  });

  it('are answered 503 while another transaction locks the row for too long, and are made afterwards', async () => {
    const { tenantId, changeSettings, effects } = tenant();
    await stack.database.prisma.tenantSettings.create({ data: { tenantId } });
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM tenant_settings WHERE tenant_id = $1', [
      tenantId,
    ]);
    const answer = await changeSettings('held', hastyGatewayUrl);
    expect(answer).toMatchObject({ ...unavailable, retryAfter: '5' });
    await lock.letGo();
    expect(await changeSettings('held', hastyGatewayUrl)).toMatchObject({ status: 200, isReplay: false });
    expect(await effects()).toEqual({ rows: 0, audited: ['settings.changed'], kept: 1 });
  });

  it('are each made once, for many of them on two connections', async () => {
    const tenants = Array.from({ length: 12 }, tenant);
    const lock = await holdTables(stack.databaseUrl, ['commands']);
    const first = Promise.all(tenants.map(({ createKey }) => createKey('crowd', hastyGatewayUrl)));
    const early = await first.finally(() => lock.letGo());
    for (const answer of early) expect(answer).toMatchObject({ ...unavailable, retryAfter: '5' });
    for (const { createKey, effects } of tenants) {
      expect(await createKey('crowd', hastyGatewayUrl)).toMatchObject({ status: 201, isReplay: false });
      expect(await effects()).toEqual({ rows: 1, audited: ['api_key.created'], kept: 1 });
    }
  });

  it('are answered 503 with Retry-After on every API while the database is away, and are made once when it is back', async () => {
    const { createKey, changeSettings, createProduct, connectErp, effects } = tenant();
    const all = [createKey, changeSettings, createProduct, connectErp];
    await postgres.stop('kill');
    for (const send of all) expect(await send('away')).toMatchObject({ ...unavailable, retryAfter: '5' });
    await postgres.start();
    for (const send of all) {
      const answer = await send('away');
      expect(answer.status).toBeLessThan(300);
      expect(answer.isReplay).toBe(false);
      expect(await send('away')).toMatchObject({ status: answer.status, isReplay: true });
    }
    expect(await effects()).toEqual({
      rows: 1,
      audited: ['api_key.created', 'settings.changed', 'product.created', 'erp.connected'],
      kept: 4,
    });
  });

  it('leave no secret in kept answers, audit records and logs', async () => {
    const { tenantId, createKey, connectErp } = tenant();
    const { body } = await createKey('secret');
    await connectErp('secret');
    const rows = await stack.database.prisma.$queryRaw<{ text: string }[]>`
      SELECT to_jsonb(commands)::text AS text FROM commands WHERE tenant_id = ${tenantId}::uuid
      UNION ALL SELECT to_jsonb(audit_log)::text FROM audit_log WHERE tenant_id = ${tenantId}::uuid`;
    expect(rows).toHaveLength(4);
    const { hash } = await stack.database.prisma.apiKey.findFirstOrThrow({ where: { tenantId } });
    const { secrets } = await stack.database.prisma.erpConnection.findFirstOrThrow({ where: { tenantId } });
    const signingSecret = Buffer.alloc(32, 7).toString('base64');
    const texts = [...rows.map(({ text }) => text), await stack.printedBy('gateway')];
    for (const secret of [String(body['secret']), hash, secrets, signingSecret]) {
      for (const text of texts) expect(text).not.toContain(secret);
    }
  });
});
