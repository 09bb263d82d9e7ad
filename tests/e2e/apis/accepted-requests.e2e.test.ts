import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { eventually } from '@oms/stack';
import { createApiKeyOf, createSalesClient } from '@oms/testing';
import { patient, usePostgres, useStarted, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  knownValues,
  mutatingOperations,
  oddIds,
  triedOperation,
  type MutatingOperation,
} from './accepted-operations.js';
import { beyondEach, withEdge, type BeyondSchema } from './edge-values.js';
import { isObject, isValid, resolved, type JsonObject, type Schema } from './json-schema.js';
import {
  sendMutation,
  walkedOperations,
  type MutationAnswer,
  type MutationStage,
  type PreparedMutation,
} from './mutations.js';
import { operatorEnv } from '../operators/operator-stage.js';
import { diceOf, rowsOfPairs, validValue, type Dice } from './schema-values.js';

/** The requests are the same in every run. `OMS_REQUESTS_SEED` and `OMS_REQUESTS_RUNS` change and multiply them. */
const seed = Number(process.env['OMS_REQUESTS_SEED'] ?? 20_261_130);
const runs = Number(process.env['OMS_REQUESTS_RUNS'] ?? 34);
const atOnce = 6;
/** Every so many requests get a resource of their own, since the first that is accepted may leave nothing to change. */
const runsPerResource = 40;
const ofCommerce = 'createCommerceOrder';
const webhook = 'receiveWebhook';

interface TriedRequest extends Pick<PreparedMutation, 'params' | 'orgId'> {
  readonly body?: unknown;
  readonly isPlain?: boolean;
  /** Whether the document's schema forbids the body. */
  readonly isForbidden?: boolean;
}
interface Counted {
  accepted: number;
  refused: number;
  /** The requests that are not at an edge of the schema. */
  plain: number;
  /** The plain requests that were accepted, or refused by a rule that a schema cannot express. */
  plainBeyondSchema: number;
}

/** A field of a valid body with a fault. */
interface FieldBeyond extends BeyondSchema {
  readonly base: unknown;
  readonly name: string;
  readonly isForbidden: boolean;
}

// A webhook is signed, and its body is not in the document: `words-of-others.e2e.test.ts` has it.
const operations = mutatingOperations.filter(
  ({ id }) => id !== webhook && walkedOperations.some((walked) => walked.id === id),
);

describe('generated requests', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres, env: { ...patient, ...operatorEnv } });
  const stage: MutationStage = useStarted({
    start: async () => {
      const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
      const productId = await sales.product(1_000_000);
      return { stack, sales, productId, apiKey: await createApiKeyOf(stack.api) };
    },
  });
  const counts = new Map<string, Counted>();
  let known: Awaited<ReturnType<typeof knownValues>>;

  beforeAll(async () => {
    process.stdout.write(`requests: OMS_REQUESTS_SEED=${seed} OMS_REQUESTS_RUNS=${runs}\n`);
    const { prisma } = stack.database;
    await prisma.$executeRaw`ALTER SYSTEM SET log_line_prefix = 'sqlstate %e '`;
    await prisma.$executeRaw`SELECT pg_reload_conf()`;
    known = await knownValues(stage);
  });

  /** Sends a request, and repeats it until the answer is final. */
  async function settle(operation: MutatingOperation, request: TriedRequest): Promise<MutationAnswer> {
    const { is202Done = false } = triedOperation(operation);
    const header = randomUUID();
    const send = () =>
      sendMutation(stage, stack.gatewayUrl, operation, request as PreparedMutation, { header });
    const first = await send();
    if (first.status !== 202 || is202Done) return first;
    return eventually(`${operation.id} being done or refused: ${JSON.stringify(request)}`, async () => {
      const again = await send();
      if (again.status === 202) throw new Error(`it is still accepted: ${JSON.stringify(again.body)}`);
      return again;
    });
  }

  async function seen(operation: MutatingOperation, request: TriedRequest, answer: MutationAnswer) {
    const { path, has } = triedOperation(operation).shownAt(request, answer);
    const { orgId = stack.orgId } = request;
    const token = operation.id === ofCommerce ? stage.apiKey : stack.token({ orgId });
    const response = await fetch(`${stack.gatewayUrl}${path}`, {
      headers: { authorization: `Bearer ${token}`, 'x-tenant-id': stack.tenantId, 'x-org-id': orgId },
    });
    const text = await response.text();
    return response.status < 500 && text.includes(has)
      ? undefined
      : `${path} is ${response.status} ${text.slice(0, 300)}`;
  }

  /** The fault of the answer to a request; `undefined` for a correct answer. */
  async function faultOf(operation: MutatingOperation, request: TriedRequest, count: Counted) {
    let answer: MutationAnswer;
    if (request.isPlain === true) count.plain += 1;
    try {
      answer = await settle(operation, request);
    } catch (error) {
      return String(error);
    }
    const { status, body } = answer;
    if (!operation.statuses.includes(status)) return `${status} is not documented: ${JSON.stringify(body)}`;
    if (status >= 500) return `it is ${status} ${JSON.stringify(body)}`;
    if (status >= 400) {
      count.refused += 1;
      if (status === 422) countPlain(request, count);
      return typeof body['error'] === 'string' ? undefined : `no error is said: ${JSON.stringify(body)}`;
    }
    if (request.isForbidden === true) return `it is ${status} for a body that the schema forbids`;
    count.accepted += 1;
    countPlain(request, count);
    return seen(operation, request, answer);
  }

  function requestOf(
    { schema }: MutatingOperation,
    prepared: PreparedMutation,
    run: number,
    dice: Dice,
  ): TriedRequest {
    const names = Object.keys(prepared.params ?? {});
    const odd = names.length > 0 && dice.chance(0.08) ? { [dice.pick(names)]: dice.pick(oddIds) } : {};
    const { orgId, params } = prepared;
    const request = { params: { ...params, ...odd }, ...(orgId === undefined ? {} : { orgId }) };
    if (!schema) {
      const body = withEdge({ type: 'object' }, {}, dice);
      return dice.chance(0.3) ? request : { ...request, body };
    }
    const choice = choiceOf(run);
    const isPlain = choice?.isPlain ?? dice.chance(0.35);
    const byChance = { row: rowsOfPairs, keepsRules: true };
    const valid = validValue(schema, {
      ...{ dice, fields: choice?.fields ?? byChance, fieldsWithin: choice?.fieldsWithin ?? byChance },
      knownShare: isPlain || choice ? 0.97 : 0.85,
      known: { ...known, ...namesIn(prepared.body) },
    });
    if (isPlain || choice) return { ...request, body: valid, isPlain };
    const once = withEdge(resolved(schema), valid, dice);
    return { ...request, body: dice.chance(0.3) ? withEdge(resolved(schema), once, dice) : once };
  }

  /** Each field of a valid body with each fault that it can have: one text or number beyond the schema. */
  function fieldsBeyond({ schema }: MutatingOperation, { body }: PreparedMutation) {
    if (!schema) return [];
    const found = new Map<string, FieldBeyond>();
    const source = (row: number) => {
      const fields = { row, keepsRules: true };
      return {
        ...{ dice: diceOf(seed + row), fields, fieldsWithin: fields },
        ...{ knownShare: 1, known: { ...known, ...namesIn(body) } },
      };
    };
    const whole = resolved(schema);
    for (const choice of (whole['oneOf'] as readonly Schema[] | undefined) ?? [whole]) {
      const base = isValid(choice, body) ? body : validValue(choice, source(0));
      const properties = resolved(choice)['properties'] as Readonly<Record<string, Schema>>;
      for (const [name, field] of Object.entries(properties)) {
        for (let row = 1; row < rowsOfPairs; row += 1) {
          for (const { fault, value } of beyondEach(field, validValue(field, source(row), name), name)) {
            const beyond = { fault, base, name, value, isForbidden: !isValid(field, value) };
            found.set(`${String(properties['kind']?.['const'])} ${fault}`, beyond);
          }
        }
      }
    }
    return [...found.values()];
  }

  async function tryOut(operation: MutatingOperation): Promise<readonly string[]> {
    const { prepare, keyField, isOfOneThing = false, besides = {} } = triedOperation(operation);
    const count = { accepted: 0, refused: 0, plain: 0, plainBeyondSchema: 0 };
    counts.set(operation.id, count);
    const isMany = operation.schema !== undefined;
    const total = isMany ? runs : Math.ceil(runs / 4);
    const resources: PreparedMutation[] = [];
    for (let made = 0; made < 1 + Math.ceil(total / runsPerResource); made += 1)
      resources.push(await prepare(stage));
    const [last] = resources.splice(-1);
    if (!last) throw new Error(`nothing is made for ${operation.id}`);
    const faults: string[] = [];
    const look = async (name: string, request: TriedRequest): Promise<void> => {
      const fault = await faultOf(operation, request, count);
      if (fault !== undefined) faults.push(`${name}: ${JSON.stringify(request).slice(0, 2_000)}\n  ${fault}`);
    };
    const withKey = (body: unknown): unknown =>
      keyField !== undefined &&
      isObject(body) &&
      typeof body[keyField] === 'string' &&
      body[keyField].length > 2
        ? { ...body, [keyField]: `${body[keyField].slice(0, 200)}${randomUUID()}` }
        : body;
    const wanted = Array.from({ length: total }, (_, run) => async () => {
      const dice = diceOf(seed * 7_919 + run * 31 + operation.id.length);
      const resource = resources[run % resources.length] ?? last;
      const request = requestOf(operation, resource, run, dice);
      await look(`run ${run}`, 'body' in request ? { ...request, body: withKey(request.body) } : request);
    });
    await inTurns(wanted, isOfOneThing ? 1 : atOnce);
    const { params, orgId, body } = last;
    const template = { ...(params ? { params } : {}), ...(orgId === undefined ? {} : { orgId }) };
    const withFields = (base: unknown, changes: object) => {
      const key = keyField === undefined ? {} : { [keyField]: randomUUID() };
      return { ...template, body: { ...(base as JsonObject | undefined), ...key, ...changes } };
    };
    const unknown = withFields(body, { unexpected: true });
    await look('an unknown field', { ...unknown, isForbidden: true });
    // Chance seldom picks these.
    const ids = Object.keys(params ?? {}).flatMap((name) =>
      oddIds.map((id) => () => look(`an odd ${name}`, { ...template, params: { ...params, [name]: id } })),
    );
    const beyond = fieldsBeyond(operation, last).map(({ fault, base, name, value, isForbidden }) => () => {
      const request = withFields(base, { ...besides[name], [name]: value });
      return look(fault, { ...request, isForbidden });
    });
    await inTurns([...ids, ...beyond], isOfOneThing ? 1 : atOnce);
    await look('as it is meant', body === undefined ? template : withFields(body, {}));
    return faults;
  }

  it.each(operations)(
    'are recorded, or refused with a reason: $method $path',
    async (operation) => {
      const faults = await tryOut(operation);
      expect(faults.join('\n'), `OMS_REQUESTS_SEED=${seed}`).toBe('');
      expect(counts.get(operation.id)?.accepted, 'requests that were accepted').toBeGreaterThan(0);
      expect(counts.get(operation.id)?.refused, 'requests that were refused').toBeGreaterThan(0);
    },
    600_000,
  );

  it('are mostly accepted by the schema', () => {
    process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
    for (const id of ['createOrder', 'createSalesOrder', ofCommerce, 'createProduct']) {
      const count = counts.get(id);
      if (!count) throw new Error(`${id} was not tried`);
      expect(count.plainBeyondSchema / count.plain, id).toBeGreaterThan(0.6);
    }
  });

  it('cause no error in PostgreSQL', async () => {
    const [{ data_directory: folder } = { data_directory: '' }] = await stack.database.prisma.$queryRaw<
      { data_directory: string }[]
    >`SHOW data_directory`;
    const log = await readFile(`${folder}.log`, 'utf8');
    expect(log.split('\n').filter((line) => /^sqlstate \w{5} (ERROR|FATAL|PANIC)/.test(line))).toEqual([]);
  });
});

/**
 * The table of pairs of optional fields, three times: as the document has it; for objects within a body, without the
 * rules about fields that go together; and for the body itself without them.
 */
function choiceOf(run: number) {
  const row = run % rowsOfPairs;
  const kept = { row, keepsRules: true };
  const broken = { row, keepsRules: false };
  const least = { row: 0, keepsRules: true };
  switch (Math.floor(run / rowsOfPairs)) {
    case 0:
      return { isPlain: true, fields: kept, fieldsWithin: kept };
    case 1:
      return { isPlain: false, fields: least, fieldsWithin: broken };
    case 2:
      return { isPlain: false, fields: broken, fieldsWithin: least };
    default:
      return undefined;
  }
}

function countPlain({ isPlain = false }: TriedRequest, count: Counted): void {
  if (isPlain) count.plainBeyondSchema += 1;
}

/** The parts that a body names, by field, wherever in it they are. */
function namesIn(body: unknown): Record<string, unknown[]> {
  const found: Record<string, unknown[]> = {};
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isObject(value)) return;
    for (const [name, item] of Object.entries(value)) {
      if (['item_id', 'return_id', 'invoice_id', 'id'].includes(name)) (found[name] ??= []).push(item);
      look(item);
    }
  };
  look(body);
  return found;
}

/** Runs a limited number of tasks at once. */
async function inTurns(work: readonly (() => Promise<void>)[], count: number): Promise<void> {
  const left = [...work];
  const take = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await next();
  };
  await Promise.all(Array.from({ length: count }, take));
}
