import { randomBytes, randomUUID } from 'node:crypto';

import { apiKeys, encodeCursor, hashOfApiKey } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { contractStageOf, patient, resourceContract, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('API keys', () => {
  const stack = useTestStack({
    env: { ...patient, API_KEY_USE_INTERVAL_MS: '200', API_KEY_CACHE_MS: '500' },
  });

  resourceContract(apiKeys, contractStageOf(stack), {
    valid: () => ({ name: `key ${randomUUID()}`, scopes: ['order:read'] }),
    invalid: [
      [{ name: '' }, 'name'],
      [{ name: 7 }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['order:delete'] }, 'scopes[0]'],
      [{ expires_at: 'tomorrow' }, 'expires_at'],
      [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ],
    actions: { rotate: { grace_period_seconds: 60 } },
  });

  const manage = (method: string, path = '', body?: unknown, key?: string) =>
    stack.api.request(
      method,
      `/api/v1/api-keys${path}`,
      body,
      key === undefined ? {} : { 'idempotency-key': key },
    );

  async function created(wishes: Readonly<Record<string, unknown>> = {}) {
    const { status, body } = await manage('POST', '', {
      name: 'storefront',
      scopes: ['order:read', 'order:write'],
      ...wishes,
    });
    expect(status).toBe(201);
    return { id: String(body['id']), secret: String(body['secret']), body };
  }

  async function listWith(headers: Readonly<Record<string, string>>) {
    const response = await fetch(`${stack.gatewayUrl}/v1/orders`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const bearer = (secret: string) => listWith({ authorization: `Bearer ${secret}` });

  const refused = (words: string) => ({
    status: 401,
    body: { error: expect.stringContaining(words) as string, code: 'INVALID_AUTH' },
  });
  const refusing = (secret: string, words: string) =>
    eventually('the key being refused', async () => {
      const answer = await bearer(secret);
      if (answer.status === 200) throw new Error('it is accepted');
      expect(answer).toEqual(refused(words));
      return true;
    });

  it('are accepted in either header, and their secret is shown once and stored nowhere', async () => {
    const { id, secret, body } = await created();
    expect(secret).toMatch(/^sk_[\w-]{43}$/);
    expect(body).toMatchObject({
      name: 'storefront',
      prefix: secret.slice(0, 11),
      status: 'active',
      last_used_at: null,
    });
    expect((await bearer(secret)).status).toBe(200);
    expect((await listWith({ 'x-api-key': secret })).status).toBe(200);
    const { body: list } = await manage('GET');
    expect(JSON.stringify(list)).toContain(id);
    expect(JSON.stringify(list)).not.toContain(secret);
    const stored = await stack.database.prisma.apiKey.findUnique({ where: { id } });
    expect(JSON.stringify(stored)).not.toContain(secret);
    for await (const { workflowId } of stack.temporal.workflow.list()) {
      const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
      expect(Buffer.from(JSON.stringify(history)).includes(secret)).toBe(false);
      const payloads = (history.events ?? []).flatMap(
        ({ workflowExecutionStartedEventAttributes: started }) => started?.input?.payloads ?? [],
      );
      for (const { data } of payloads) expect(Buffer.from(data ?? []).toString()).not.toContain(secret);
    }
  });

  it('are required: no key, an unknown or partial key, two keys and a token of the Orders API are refused', async () => {
    const { secret } = await created();
    expect(await listWith({})).toEqual(refused('required'));
    expect(await bearer(`sk_${'A'.repeat(43)}`)).toEqual(refused('not known'));
    expect(await bearer(stack.token({}))).toEqual(refused('not known'));
    expect(await bearer(secret.slice(0, -1))).toEqual(refused('not known'));
    expect(await listWith({ authorization: 'Basic abc' })).toEqual(refused('Bearer'));
    const other = (await created()).secret;
    expect(await listWith({ authorization: `Bearer ${secret}`, 'x-api-key': other })).toEqual(
      refused('different'),
    );
  });

  it('are refused with 401 INVALID_AUTH if they are expired or lack a permission', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const { id, secret, body } = await created({ expires_at: soon });
    expect(body['expires_at']).toBe(soon);
    expect((await bearer(secret)).status).toBe(200);
    // As if the hour had passed.
    await stack.database.prisma.apiKey.update({ where: { id }, data: { expiresAt: new Date() } });
    await refusing(secret, 'expired');
    const reader = (await created({ scopes: ['order:read'] })).secret;
    expect((await bearer(reader)).status).toBe(200);
    const write = await fetch(`${stack.gatewayUrl}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${reader}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect({ status: write.status, body: await write.json() }).toEqual(refused("'order:write'"));
    const writer = (await created({ scopes: ['order:write'] })).secret;
    expect(await bearer(writer)).toEqual(refused("'order:read'"));
  });

  it('are refused within seconds after a revocation, for good', async () => {
    const { id, secret } = await created();
    expect((await bearer(secret)).status).toBe(200);
    const revoked = await manage('POST', `/${id}/revoke`);
    expect(revoked).toMatchObject({ status: 200, body: { status: 'revoked' } });
    await refusing(secret, 'revoked');
    expect((await manage('POST', `/${id}/revoke`)).status).toBe(200);
    expect(await manage('POST', `/${id}/rotate`)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('revoked') as string },
    });
  });

  const rotate = async (id: string, grace?: number) => {
    const before = Date.now();
    const { status, body } = await manage(
      'POST',
      `/${id}/rotate`,
      grace === undefined ? {} : { grace_period_seconds: grace },
    );
    expect(status, JSON.stringify(body)).toBe(200);
    const kept = body['previous_secrets'] as { prefix: string; valid_until: string }[];
    return { secret: String(body['secret']), kept, before };
  };
  const prefixOf = (secret: string) => secret.slice(0, 11);

  it('rotated twice → each secret is accepted until its own grace period ends; a revocation ends all', async () => {
    const { id, secret: first } = await created();
    const one = await rotate(id, 86_400);
    expect(one.kept.map(({ prefix }) => prefix)).toEqual([prefixOf(first)]);
    expect(Date.parse(one.kept[0]?.valid_until ?? '')).toBeGreaterThanOrEqual(one.before + 86_400_000);
    const two = await rotate(id, 3_600);
    expect(two.kept.map(({ prefix }) => prefix)).toEqual([prefixOf(one.secret), prefixOf(first)]);
    expect(two.kept[1]).toEqual(one.kept[0]);
    const three = await rotate(id);
    expect(three.kept).toEqual(two.kept);
    await refusing(two.secret, 'expired');
    for (const secret of [first, one.secret, three.secret]) expect((await bearer(secret)).status).toBe(200);
    // As if the hour had passed.
    await stack.database.prisma.previousApiKeySecret.updateMany({
      where: { apiKeyId: id, prefix: prefixOf(one.secret) },
      data: { replacedAt: new Date(0), validUntil: new Date(1) },
    });
    await refusing(one.secret, 'expired');
    expect((await bearer(first)).status).toBe(200);
    const audit = await stack.database.prisma.auditEntry.findMany({
      where: { resourceId: id, action: 'api_key.rotated' },
      orderBy: { id: 'asc' },
    });
    expect(audit.map(({ data }) => data)).toMatchObject([
      { before: { previous_secrets: [] }, after: { previous_secrets: one.kept } },
      { before: { previous_secrets: one.kept }, after: { previous_secrets: two.kept } },
      { before: { previous_secrets: two.kept }, after: { previous_secrets: two.kept } },
    ]);
    expect(JSON.stringify(audit.map(({ data }) => data))).not.toContain(hashOfApiKey(first));
    await manage('POST', `/${id}/revoke`);
    for (const secret of [first, three.secret]) await refusing(secret, 'revoked');
  });

  it('keep five earlier secrets: a sixth grace period is refused and ends none, a rotation without one is not', async () => {
    const { id, secret } = await created();
    const secrets = [secret];
    for (let count = 0; count < 5; count += 1) secrets.push((await rotate(id, 600)).secret);
    expect(await manage('POST', `/${id}/rotate`, { grace_period_seconds: 1 })).toMatchObject({
      status: 400,
      body: { code: 'TRANSITION_NOT_ALLOWED', field: 'grace_period_seconds' },
    });
    for (const kept of secrets) expect((await bearer(kept)).status).toBe(200);
    const last = await rotate(id);
    expect(last.kept).toHaveLength(5);
    await refusing(secrets.at(-1) ?? '', 'expired');
    for (const kept of [...secrets.slice(0, -1), last.secret]) expect((await bearer(kept)).status).toBe(200);
  });

  it('are created once per idempotency key, and a replay shows no secret', async () => {
    const key = randomUUID();
    const body = { name: 'once', scopes: ['order:read'] };
    const first = await manage('POST', '', body, key);
    const again = await manage('POST', '', body, key);
    expect(again.body).toMatchObject({ id: first.body['id'], secret: null });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await manage('POST', '', { ...body, name: 'other' }, key)).status).toBe(400);
  });

  it('have the time of their last use', async () => {
    const { id, secret } = await created();
    const before = Date.now();
    expect((await bearer(secret)).status).toBe(200);
    const lastUsed = await eventually('the use being recorded', async () => {
      const { body } = await manage('GET');
      const keys = body['api_keys'] as { id: string; last_used_at: string | null }[];
      return keys.find((key) => key.id === id)?.last_used_at ?? undefined;
    });
    expect(Date.parse(lastUsed)).toBeGreaterThanOrEqual(before);
  });

  it('are managed only by administrators of their organisation', async () => {
    const { id } = await created();
    for (const role of ['order_manager', 'service', 'viewer']) {
      expect((await stack.apiAs({ role }).request('GET', '/api/v1/api-keys')).status).toBe(403);
    }
    const stranger = stack.apiAs({ tenantId: randomUUID() });
    expect((await stranger.request('POST', `/api/v1/api-keys/${id}/revoke`)).status).toBe(404);
    expect((await stranger.request('GET', '/api/v1/api-keys')).body).toEqual({
      api_keys: [],
      limit: 50,
      next_cursor: null,
    });
  });

  it('are listed in pages, newest first, also with equal creation times', async () => {
    const [orgId, foreignOrgId] = [randomUUID(), randomUUID()];
    const row = (org: string, createdAt: Date) => ({
      ...{ id: randomUUID(), tenantId: stack.tenantId, orgId: org, createdAt, createdBy: 'test' },
      ...{
        name: 'made at once',
        prefix: 'sk_Zk3xW9aQ',
        scopes: ['order:read'],
        hash: randomBytes(32).toString('hex'),
      },
    });
    // Five keys for each second.
    const rows = Array.from({ length: 1_005 }, (_, n) =>
      row(orgId, new Date(1_800_000_000_000 + (n % 201) * 1_000)),
    );
    const foreign = row(foreignOrgId, new Date(1_800_000_000_000));
    await stack.database.prisma.apiKey.createMany({ data: [...rows, foreign] });

    const list = (query: string) => stack.apiAs({ orgId }).request('GET', `/api/v1/api-keys${query}`);
    const found: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = '', query = '?limit=99'; cursor !== null;) {
      const { status, body } = await list(query);
      expect(status).toBe(200);
      const page = body as { api_keys: { id: string }[]; limit: number; next_cursor: string | null };
      expect(page.limit).toBe(99);
      found.push(...page.api_keys.map(({ id }) => id));
      sizes.push(page.api_keys.length);
      cursor = page.next_cursor;
      query = `?limit=99&cursor=${String(cursor)}`;
    }
    expect(sizes).toEqual([...Array.from({ length: 10 }, () => 99), 15]);
    const newestFirst = [...rows].sort(
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1),
    );
    expect(found).toEqual(newestFirst.map(({ id }) => id));

    expect((await list('')).body).toMatchObject({ limit: 50 });
    const byTotal = encodeCursor({ sort: 'total', value: '1', id: randomUUID() });
    for (const [query, words] of [
      ['?limit=101', 'limit must be an integer from 1 to 100'],
      ['?cursor=x', 'cursor must be the next_cursor of an earlier page'],
      [`?cursor=${byTotal}`, 'cursor must be the next_cursor of an earlier page'],
      ['?offset=1', 'offset is not a known parameter'],
    ] as const) {
      expect(await list(query), query).toMatchObject({ status: 400, body: { error: words } });
    }
  });

  it.each([
    [{}, 'name is required'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['order:delete'] }, 'order:read, order:write'],
    [{ name: 'x', scopes: ['order:read'], expires_at: '2020-01-01T00:00:00Z' }, 'future'],
    [{ name: 'x', scopes: ['order:read'], secret: 'sk_mine' }, 'secret is not a known field'],
  ])('are refused for the body %j', async (body, words) => {
    expect(await manage('POST', '', body)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(words) as string },
    });
  });
});
