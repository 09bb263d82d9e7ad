import { randomUUID } from 'node:crypto';

import type { PrincipalOperation, Resource } from '@oms/contracts/http';
import { describe, expect, it } from 'vitest';

import type { ApiResponse } from '../api-client.js';
import { assertAnswerOf } from '../declared-answers.js';
import type { StackClient } from '../test-stack.js';

/** The sender of a request. Absent claims are those of an administrator of the test's own tenant and organisation. */
export interface ContractCaller {
  readonly tenantId?: string;
  readonly orgId?: string;
  /** Replace the permissions of an administrator. */
  readonly permissions?: readonly string[];
}

/** An audit record. */
export interface AuditRecord {
  readonly action: string;
  readonly actorId: string;
  readonly data: unknown;
}

/** A gateway with a database. */
export interface ContractStage {
  request(
    caller: ContractCaller,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiResponse>;
  /** The audit records of a resource, the oldest first. */
  auditOf(resourceId: string): Promise<readonly AuditRecord[]>;
}

type Body = Readonly<Record<string, unknown>>;

/** The requests that a contract is tested with. */
export interface ContractExamples {
  /** A new body, in which unique values are new. */
  readonly valid: () => Body;
  /** A change of such a row, without its version. */
  readonly change?: Body;
  /** Invalid changes of a valid body, each with the field at fault. */
  readonly invalid: readonly (readonly [Body, string])[];
  /** The bodies of actions that need one. */
  readonly actions?: Readonly<Record<string, Body>>;
  /** Creates the parents of the rows. Resolves with their ids, by the parameters of the path. */
  readonly parents?: (
    stage: ContractStage,
    caller: ContractCaller,
  ) => Promise<Readonly<Record<string, string>>>;
}

/** Tests the guarantees of a declared resource on a real gateway with a real database. */
export function resourceContract(resource: Resource, stage: ContractStage, examples: ContractExamples): void {
  const { usual, actions, idParameter, listField, spec, words } = resource;
  const { create, get, list, update, archive, delete: remove } = usual;
  if (!create) throw new Error(`the contract of ${spec.nouns} begins with their creation`);
  const creation = create;

  interface Sent {
    readonly ids?: Readonly<Record<string, string>>;
    readonly body?: Body;
    readonly query?: string;
    readonly key?: string;
    readonly caller?: ContractCaller;
  }

  async function send(operation: PrincipalOperation, { ids = {}, body, query = '', key, caller = {} }: Sent) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await stage.request(caller, operation.method, `${path}${query}`, body, headers);
    assertAnswerOf(operation, answer.status, answer.body);
    return { ...answer, isReplay: answer.headers.get('idempotent-replayed') === 'true' };
  }

  const parentsOf = (caller: ContractCaller) => examples.parents?.(stage, caller) ?? Promise.resolve({});
  const mutation = (made: Made, operation: PrincipalOperation): Body | undefined => {
    if (operation === update) return { version: made.body['version'], ...examples.change };
    const action = Object.entries(actions).find(([, one]) => one === operation)?.[0];
    return action === undefined ? undefined : examples.actions?.[action];
  };

  interface Made {
    readonly ids: Readonly<Record<string, string>>;
    readonly id: string;
    readonly body: Body;
  }

  async function made(caller: ContractCaller = {}, body: Body = examples.valid()): Promise<Made> {
    const parents = await parentsOf(caller);
    const answer = await send(creation, { ids: parents, body, caller });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201, isReplay: false });
    const id = String(answer.body['id']);
    return { ids: { ...parents, [idParameter]: id }, id, body: answer.body };
  }

  const rowsOf = ({ body }: ApiResponse): readonly Body[] => body[listField] as readonly Body[];
  const own = (): ContractCaller => ({ tenantId: randomUUID(), orgId: randomUUID() });
  const ofRow = [update, archive, remove, ...Object.values(actions)].filter((one) => one !== undefined);

  describe(`the contract of ${spec.nouns}`, () => {
    it('a valid body → 201 with its values, and an audit record of the creation', async () => {
      const body = examples.valid();
      const { id, body: row } = await made({}, body);
      expect(row).toMatchObject(body);
      const [record, ...others] = await stage.auditOf(id);
      expect(others).toEqual([]);
      expect(record).toMatchObject({ action: `${words.snake}.created`, data: { after: body } });
      expect(record?.data).not.toHaveProperty('before');
      const { after } = record?.data as { readonly after: Body }; // The line above checks it.
      expect(['id', ...Object.keys(after)].sort()).toEqual(Object.keys(resource.row.shape).sort());
    });

    it.each(examples.invalid)(
      'the invalid value %j → 400 with the field %s, and no row',
      async (wrong, field) => {
        const caller = own();
        const ids = await parentsOf(caller);
        const answer = await send(create, { ids, body: { ...examples.valid(), ...wrong }, caller });
        expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', field } });
        if (list) expect(rowsOf(await send(list, { ids, caller }))).toEqual([]);
      },
    );

    it('an unknown field → 400 with its name', async () => {
      const body = { ...examples.valid(), surprise: 1 };
      const answer = await send(create, { ids: await parentsOf({}), body });
      expect(answer).toMatchObject({ status: 400, body: { field: 'surprise' } });
    });

    it('the same creation twice under one key → one row and a replay; another body → a conflict', async () => {
      const caller = own();
      const ids = await parentsOf(caller);
      const [body, key] = [examples.valid(), randomUUID()];
      const answers = await Promise.all([0, 1].map(() => send(create, { ids, body, key, caller })));
      expect(answers.map(({ status, isReplay }) => [status, isReplay]).sort()).toEqual([
        [201, false],
        [201, true],
      ]);
      const [one, other] = answers.map((answer) => String(answer.body['id']));
      expect(one).toBe(other);
      expect(await stage.auditOf(String(one))).toHaveLength(1);
      const refused = await send(create, { ids, body: { ...body, ...changed(body) }, key, caller });
      expect(refused.body).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
      if (list) expect(rowsOf(await send(list, { ids, caller }))).toHaveLength(1);
    });

    it.each(spec.unique ?? [])(
      'a second row with the same %s → 409 TAKEN with the field, and no row',
      async (field) => {
        const caller = own();
        const first = await made(caller);
        const body = { ...examples.valid(), [field]: first.body[field] };
        const answer = await send(create, { ids: first.ids, body, caller });
        expect(answer).toMatchObject({ status: 409, body: { code: 'TAKEN', field } });
        await made(own(), { ...examples.valid(), [field]: first.body[field] });
        if (list) expect(rowsOf(await send(list, { ids: first.ids, caller }))).toHaveLength(1);
      },
    );

    it.runIf(get)('an existing id → 200 with the row as it was created', async () => {
      if (!get) return;
      const { ids, body } = await made();
      expect(await send(get, { ids })).toMatchObject({ status: 200, body });
    });

    it.runIf(list)('a list → every row once, newest first, in pages; an invented cursor → 400', async () => {
      if (!list) return;
      const caller = own();
      const first = await made(caller);
      const ids = [first.id];
      for (let count = 1; count < 5; count += 1) {
        const answer = await send(create, { ids: first.ids, body: examples.valid(), caller });
        ids.unshift(String(answer.body['id']));
      }
      const pages: string[][] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query = `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const page = await send(list, { ids: first.ids, query, caller });
        expect(page).toMatchObject({ status: 200, body: { limit: 2 } });
        pages.push(rowsOf(page).map(({ id }) => String(id)));
        cursor = page.body['next_cursor'] as string | null; // As declared.
      }
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat().sort()).toEqual([...ids].sort());
      for (const cursor of ['x', Buffer.from('["-created_at","1","2"]').toString('base64url')]) {
        const refused = await send(list, { ids: first.ids, query: `?cursor=${cursor}`, caller });
        expect(refused).toMatchObject({ status: 400, body: { field: 'cursor' } });
      }
    });

    it.runIf(update)(
      'an update of the newest version → 200 with the next version, and an audit record',
      async () => {
        if (!update) return;
        const { ids, id, body } = await made();
        const answer = await send(update, { ids, body: { version: body['version'], ...examples.change } });
        expect(answer).toMatchObject({ status: 200, body: { ...examples.change, version: 2, id } });
        const record = (await stage.auditOf(id)).at(-1);
        const before = Object.fromEntries(
          Object.keys(examples.change ?? {}).map((field) => [field, body[field]]),
        );
        expect(record).toMatchObject({
          ...{ action: `${words.snake}.updated` },
          data: { before: { ...before, version: 1 }, after: { ...examples.change, version: 2 } },
        });
      },
    );

    it.runIf(update)('two updates of one version at once → one 200, one 409 STALE_VERSION', async () => {
      if (!update) return;
      const { ids, id, body } = await made();
      const change = { version: body['version'], ...examples.change };
      const answers = await Promise.all([0, 1].map(() => send(update, { ids, body: change })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
        ...{ code: 'STALE_VERSION', field: 'version' },
      });
      expect(await stage.auditOf(id)).toHaveLength(2);
    });

    it.runIf(archive)(
      'an archived row → out of lists, readable, unchangeable; archived again → 200',
      async () => {
        if (!archive) return;
        const caller = own();
        const { ids, id, body } = await made(caller);
        const answer = await send(archive, { ids, caller });
        expect(answer).toMatchObject({
          status: 200,
          body: { id, archived_at: expect.any(String) as string },
        });
        if (get) expect((await send(get, { ids, caller })).body).toEqual(answer.body);
        if (list) {
          expect(rowsOf(await send(list, { ids, caller }))).toEqual([]);
          expect(rowsOf(await send(list, { ids, query: '?archived=true', caller }))).toHaveLength(1);
        }
        if (update) {
          const change = { version: Number(body['version']) + 1, ...examples.change };
          expect((await send(update, { ids, body: change, caller })).body).toMatchObject({
            code: 'ARCHIVED',
          });
        }
        expect(await send(archive, { ids, caller })).toMatchObject({ status: 200, body: answer.body });
        expect((await stage.auditOf(id)).map(({ action }) => action)).toEqual([
          `${words.snake}.created`,
          `${words.snake}.archived`,
        ]);
      },
    );

    it.runIf(remove)('a deleted row → 404; the same deletion under its key → a replay', async () => {
      if (!remove) return;
      const { ids, id } = await made();
      const key = randomUUID();
      expect(await send(remove, { ids, key })).toMatchObject({ status: 200, body: { id, deleted: true } });
      if (get) expect((await send(get, { ids })).status).toBe(404);
      expect((await send(remove, { ids })).status).toBe(404);
      expect(await send(remove, { ids, key })).toMatchObject({ status: 200, isReplay: true });
      expect((await stage.auditOf(id)).at(-1)).toMatchObject({ action: `${words.snake}.deleted` });
    });

    it.runIf(Object.keys(actions).length > 0).each(Object.entries(actions))(
      'the action %s → 200, its audit record with before and after; under the same key a replay',
      async (name, operation) => {
        const { ids, id } = await made();
        const sent = { ids, key: randomUUID(), ...optional(examples.actions?.[name]) };
        const answers = [await send(operation, sent), await send(operation, sent)];
        expect(answers.map(({ status, isReplay }) => [status, isReplay])).toEqual([
          [200, false],
          [200, true],
        ]);
        const records = (await stage.auditOf(id)).slice(1);
        const { past } = spec.actions?.[name] ?? { past: '' };
        expect(records).toMatchObject([
          { action: `${words.snake}.${past}`, data: { before: {}, after: {} } },
        ]);
      },
    );

    it.each(['tenant', 'organisation'] as const)(
      'another %s → 404 for the row, which stays as it is, and a list without it',
      async (kind) => {
        const caller = own();
        const { ids, id, ...row } = await made(caller);
        const stranger = {
          ...caller,
          orgId: randomUUID(),
          ...(kind === 'tenant' ? { tenantId: randomUUID() } : {}),
        };
        const isShared = kind === 'organisation' && spec.belongsTo === 'tenant';
        const expected = isShared ? 200 : 404;
        if (get) expect((await send(get, { ids, caller: stranger })).status).toBe(expected);
        if (list && !spec.parent) {
          const seen = rowsOf(await send(list, { ids, caller: stranger })).map((one) => one['id']);
          expect(seen).toEqual(isShared ? [id] : []);
        }
        if (isShared) return;
        for (const operation of ofRow) {
          const answer = await send(operation, {
            ids,
            ...optional(mutation({ ids, id, ...row }, operation)),
            caller: stranger,
          });
          expect(answer.status, operation.id).toBe(404);
        }
        expect(await stage.auditOf(id)).toHaveLength(1);
      },
    );

    it('a token without the permission → 403, before anything else is looked at', async () => {
      const { ids } = await made();
      const { read, write } = spec.permissions;
      for (const operation of resource.operations) {
        const others = [read, write].filter((permission) => permission !== operation.permission);
        // A read needs no more than its own permission.
        const permissions = operation.permission === write ? others : [];
        const body = operation.method === 'GET' ? undefined : {};
        const answer = await send(operation, { ids, ...optional(body), caller: { permissions } });
        expect(answer.status, operation.id).toBe(403);
      }
      if (get) expect((await send(get, { ids, caller: { permissions: [read] } })).status).toBe(200);
    });
  });
}

const optional = (body: Body | undefined) => (body === undefined ? {} : { body });

/** Another value of the first text of a body. */
function changed(body: Body): Body {
  const [name, text] = Object.entries(body).find(([, value]) => typeof value === 'string') ?? [];
  if (name === undefined) throw new Error('a valid body has a text');
  return { [name]: String(text).replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) };
}

/** Makes the stage of a contract from a stack. */
export function contractStageOf(stack: StackClient): ContractStage {
  return {
    request({ permissions, ...claims }, method, path, body, headers) {
      const rights = permissions ? { role: 'none', permissions } : {};
      return stack.apiAs({ ...claims, ...rights }).request(method, path, body, headers);
    },
    auditOf: (resourceId) =>
      stack.database.prisma.auditEntry.findMany({
        where: { resourceId },
        orderBy: { id: 'asc' },
        select: { action: true, actorId: true, data: true },
      }),
  };
}
