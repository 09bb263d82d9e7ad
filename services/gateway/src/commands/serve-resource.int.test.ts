import { randomUUID } from 'node:crypto';

import { Api, defineResource, Permission, text } from '@oms/contracts/http';
import { defineStore } from '@oms/database';
import { refusal, RefusalCode } from '@oms/domain';
import { resourceContract } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { useResourceStage } from '../testing/resource-stage.js';

const permissions = { read: Permission.OrdersRead, write: Permission.SettingsManage };
const name = text({ minLength: 1, maxLength: 255 });

const shelves = defineResource({
  ...{
    noun: 'shelf',
    nouns: 'shelves',
    api: Api.Orders,
    tag: 'Shelves',
    id: { prefix: 'shelf' },
    permissions,
  },
  path: '/api/v1/shelves/{shelfId}',
  belongsTo: 'tenant',
  fields: {
    name,
    kind: z.enum(['dry', 'cold']).default('dry'),
    rank: z.int().min(0).max(1_000),
    is_open: z.boolean().default(true),
    labels: z.record(z.string(), z.string()).nullish(),
    note: name.nullish(),
  },
  unique: ['name'],
  filters: { name: 'contains', kind: 'any_of', is_open: 'is', note: 'is' },
  sorts: ['rank', 'name'],
  operations: { list: {}, create: {}, get: {}, update: {}, archive: {} },
  example: { name: 'A', kind: 'dry', rank: 1, is_open: true },
});

const boxes = defineResource({
  ...{ noun: 'box', nouns: 'boxes', api: Api.Orders, tag: 'Shelves', id: 'uuid', permissions },
  parent: shelves,
  path: '/api/v1/shelves/{shelfId}/boxes/{boxId}',
  belongsTo: 'tenant',
  fields: { name },
  operations: { list: {}, create: {}, get: {}, update: {}, delete: {} },
  example: { name: 'A1' },
});

const shelfStore = defineStore(shelves, {
  table: 'shelves',
  onCreate: ({ rank }) => (rank === 13 ? refusal(RefusalCode.QuantityNotAvailable, 'no shelf is 13th') : {}),
  onUpdate: ({ kind }, { rank }) =>
    kind === 'cold' && rank === 0 ? refusal(RefusalCode.QuantityNotAvailable, 'no cold shelf is first') : {},
});
const boxStore = defineStore(boxes, { table: 'boxes', parent: shelfStore });

const common = `"tenant_id" UUID NOT NULL, "name" TEXT NOT NULL, "version" INTEGER NOT NULL DEFAULT 1,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(), "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()`;

describe('resources', () => {
  const stage = useResourceStage(
    [shelfStore, boxStore],
    `CREATE TABLE shelves (id TEXT PRIMARY KEY, ${common}, kind TEXT NOT NULL, rank INTEGER NOT NULL, is_open BOOLEAN NOT NULL,
      labels JSONB, note TEXT, archived_at TIMESTAMPTZ(3));
    CREATE UNIQUE INDEX shelves_name_key ON shelves (tenant_id, name);
    CREATE TABLE boxes (id UUID PRIMARY KEY, ${common}, shelf_id TEXT NOT NULL REFERENCES shelves);
    GRANT SELECT, INSERT, UPDATE, DELETE ON shelves, boxes TO oms_gateway;`,
  );
  const path = '/api/v1/shelves';
  const shelf = () => ({ name: `shelf ${randomUUID()}`, rank: 1 });
  const own = () => ({ tenantId: randomUUID(), orgId: randomUUID() });

  resourceContract(shelves, stage, {
    valid: shelf,
    change: { kind: 'cold', labels: { zone: 'B' } },
    invalid: [
      [{ rank: 1.5 }, 'rank'],
      [{ is_open: 'yes' }, 'is_open'],
    ],
  });

  resourceContract(boxes, stage, {
    valid: () => ({ name: 'A1' }),
    change: { name: 'A2' },
    invalid: [[{ name: null }, 'name']],
    async parents(on, caller) {
      const { body } = await on.request(caller, 'POST', path, shelf());
      return { shelfId: String(body['id']) };
    },
  });

  it('an update → keeps what is left out, without its defaults, and clears what is null', async () => {
    const { body } = await stage.request({}, 'POST', path, {
      ...{ ...shelf(), kind: 'cold', is_open: false, labels: { zone: 'A' }, note: 'near the door' },
    });
    const one = `${path}/${String(body['id'])}`;
    const first = await stage.request({}, 'PATCH', one, { version: 1, rank: 2 });
    expect(first.body).toMatchObject({ kind: 'cold', is_open: false, rank: 2, note: 'near the door' });
    const second = await stage.request({}, 'PATCH', one, { version: 2, note: null, labels: null });
    expect(second.body).toMatchObject({ rank: 2, note: null, labels: null, version: 3 });
    for (const [change, field] of [
      [{ version: 3 }, undefined],
      [{ version: 3, rank: null }, 'rank'],
      [{ rank: 1 }, 'version'],
    ] as const) {
      const refused = await stage.request({}, 'PATCH', one, change);
      expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(refused.body['field']).toBe(field);
    }
  });

  it('an update to a value that another row has → 409 TAKEN, and nothing is changed', async () => {
    const [one, other] = [shelf(), shelf()];
    await stage.request({}, 'POST', path, one);
    const { body } = await stage.request({}, 'POST', path, other);
    const at = `${path}/${String(body['id'])}`;
    const answer = await stage.request({}, 'PATCH', at, { version: 1, name: one.name });
    expect(answer).toMatchObject({ status: 409, body: { code: 'TAKEN', field: 'name' } });
    expect((await stage.request({}, 'GET', at)).body).toEqual(body);
  });

  it("a rule of the store's own → a refusal, and nothing is changed", async () => {
    const refused = { status: 400, body: { code: 'QUANTITY_NOT_AVAILABLE' } };
    const caller = own();
    expect(await stage.request(caller, 'POST', path, { ...shelf(), rank: 13 })).toMatchObject(refused);
    const { body } = await stage.request(caller, 'POST', path, { ...shelf(), kind: 'cold' });
    const at = `${path}/${String(body['id'])}`;
    expect(await stage.request(caller, 'PATCH', at, { version: 1, rank: 0 })).toMatchObject(refused);
    expect((await stage.request(caller, 'GET', path)).body).toMatchObject({ shelves: [body] });
  });

  it.each([
    ['name=ALPHA', ['alpha_1', 'zalphaX1']],
    ['name=a_1', ['alpha_1']],
    ['name=%25', []],
    ['kind=cold', ['zalphaX1']],
    ['kind=cold,dry&name=beta', ['beta']],
    ['is_open=false', ['beta']],
    ['note=near%20the%20door', ['beta']],
    ['sort=rank,-name', ['beta', 'zalphaX1', 'alpha_1']],
    ['sort=-rank,name', ['alpha_1', 'zalphaX1', 'beta']],
    ['sort=name', ['alpha_1', 'beta', 'zalphaX1']],
  ])('the list by %s → %j, in pages of one as in one page', async (query, expected) => {
    const caller = own();
    for (const body of [
      { name: 'alpha_1', rank: 2 },
      { name: 'zalphaX1', rank: 2, kind: 'cold' },
      { name: 'beta', rank: 1, is_open: false, note: 'near the door' },
    ]) {
      expect((await stage.request(caller, 'POST', path, body)).status).toBe(201);
    }
    const namesOf = (body: Readonly<Record<string, unknown>>) =>
      (body['shelves'] as { name: string }[]).map((one) => one.name);
    const isSorted = query.startsWith('sort');
    const whole = namesOf((await stage.request(caller, 'GET', `${path}?${query}`)).body);
    expect(isSorted ? whole : [...whole].sort()).toEqual(isSorted ? expected : [...expected].sort());
    const paged: string[] = [];
    for (let more = ''; ;) {
      const { body } = await stage.request(caller, 'GET', `${path}?${query}&limit=1${more}`);
      paged.push(...namesOf(body));
      const cursor = body['next_cursor'];
      if (typeof cursor !== 'string') break;
      more = `&cursor=${cursor}`;
    }
    expect(paged).toEqual(whole);
  });

  it.each(['sort=note', 'sort=name,name,name,name', 'kind=warm', 'is_open=1', 'archived=all', 'labels=x'])(
    'the list by %s → 400 with the parameter',
    async (query) => {
      const answer = await stage.request({}, 'GET', `${path}?${query}`);
      expect(answer).toMatchObject({
        status: 400,
        body: { field: query === 'kind=warm' ? 'kind[0]' : query.split('=')[0] },
      });
    },
  );

  it.each([
    ['rank', [1e15], 'shelf_00000000000000000000000000'],
    ['name', ['\u0000'], 'shelf_00000000000000000000000000'],
    ['rank', [1], 'shelf_\u0000'],
    ['rank', [null], 'shelf_00000000000000000000000000'],
    ['-created_at', ['0000-01-01T00:00:00.000Z'], 'shelf_00000000000000000000000000'],
  ])('a cursor of a list by %s with the invented values %j, %j → 400', async (sort, values, id) => {
    const cursor = Buffer.from(JSON.stringify([sort, ...values, id])).toString('base64url');
    const answer = await stage.request({}, 'GET', `${path}?sort=${sort}&cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 400, body: { field: 'cursor' } });
  });

  it('a cursor of a list in another order → 400', async () => {
    const caller = own();
    for (const rank of [1, 2]) await stage.request(caller, 'POST', path, { ...shelf(), rank });
    const { body } = await stage.request(caller, 'GET', `${path}?limit=1&sort=rank`);
    const query = `?sort=-rank&cursor=${body['next_cursor'] as string}`;
    expect((await stage.request(caller, 'GET', `${path}${query}`)).status).toBe(400);
  });

  it('parts of an absent parent, of a foreign one and of another one → 404; of an archived one → ARCHIVED', async () => {
    const caller = own();
    const made = async () => String((await stage.request(caller, 'POST', path, shelf())).body['id']);
    const [one, other] = [await made(), await made()];
    const box = await stage.request(caller, 'POST', `${path}/${one}/boxes`, { name: 'A1' });
    expect(box).toMatchObject({ status: 201, body: { shelf_id: one } });
    const id = String(box.body['id']);
    const absent = 'shelf_00000000000000000000000000';
    for (const [at, who] of [
      [absent, caller],
      [one, own()],
    ] as const) {
      expect((await stage.request(who, 'GET', `${path}/${at}/boxes`)).status).toBe(404);
      expect((await stage.request(who, 'POST', `${path}/${at}/boxes`, { name: 'A1' })).status).toBe(404);
    }
    expect((await stage.request(caller, 'GET', `${path}/${other}/boxes/${id}`)).status).toBe(404);
    expect((await stage.request(caller, 'DELETE', `${path}/${other}/boxes/${id}`)).status).toBe(404);
    expect((await stage.request(caller, 'GET', `${path}/${other}/boxes`)).body).toMatchObject({ boxes: [] });
    await stage.request(caller, 'POST', `${path}/${one}/archive`);
    const refused = { status: 400, body: { code: 'ARCHIVED' } };
    expect(await stage.request(caller, 'POST', `${path}/${one}/boxes`, { name: 'A2' })).toMatchObject(
      refused,
    );
    expect(await stage.request(caller, 'DELETE', `${path}/${one}/boxes/${id}`)).toMatchObject(refused);
    expect((await stage.request(caller, 'GET', `${path}/${one}/boxes/${id}`)).status).toBe(200);
  });
});
