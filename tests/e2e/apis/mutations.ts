import { operations, resources } from '@oms/contracts/http';
import { assertDeclared, type TestStack } from '@oms/testing';

import type { ChangeStage } from './change-orders.js';

/** A stack with clients that have all permissions on each API. */
export interface MutationStage extends ChangeStage {
  /** Of the Commerce API. */
  readonly apiKey: string;
}

/** A request that is ready to be sent, with a count of its effects. */
export interface PreparedMutation {
  /** Of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The organisation of the request. Left out: the stack's. */
  readonly orgId?: string;
  /** The parts that make another valid request, or the reason why there is none. */
  readonly other: Pick<PreparedMutation, 'params' | 'body'> | string;
  /** Counts the effects of the request. */
  readonly effects: () => Promise<number>;
}

export interface Mutation {
  readonly prepare: (stage: MutationStage) => Promise<PreparedMutation>;
  /** The status of a replay, if it differs from that of the first answer. */
  readonly replayStatus?: number;
  /** Fields of the answer that may differ in a replay, with the reason. */
  readonly moving?: { readonly fields: readonly string[]; readonly why: string };
}

/** Operations that `resourceContract` tests by the same rules, instead of a table. */
const contracted: ReadonlySet<string> = new Set(
  Object.entries(resources)
    .filter(([name]) => !['apiKeys', 'settings'].includes(name))
    .flatMap(([, resource]) => resource.operations.map(({ id }) => id)),
);

/** The operations that are tested one by one, by the tables of their mutations. */
export const walkedOperations = operations.filter(({ id }) => !contracted.has(id));

/** How many events of a type are in an order's history. */
export function eventsOf({ stack }: MutationStage, orderId: string, type: string): Promise<number> {
  return stack.database.prisma.orderEvent.count({ where: { orderId, type } });
}

/** The number of audit records of an action. */
export function auditOf(
  { stack }: MutationStage,
  where: { readonly action: string; readonly resourceId?: string; readonly orgId?: string },
): Promise<number> {
  return stack.database.prisma.auditEntry.count({ where });
}

/** The URL of an operation. */
export function urlOf(baseUrl: string, path: string, params: PreparedMutation['params'] = {}): string {
  return `${baseUrl}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`nothing says what ${name} is in ${path}`);
    return encodeURIComponent(value);
  })}`;
}

export interface MutationAnswer {
  readonly status: number;
  readonly isReplay: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operation of the OpenAPI document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
}

/** Sends a mutation as a client of its API does. */
export async function sendMutation(
  { stack, apiKey }: MutationStage & { readonly stack: TestStack },
  baseUrl: string,
  { method, path }: Operation,
  request: Pick<PreparedMutation, 'params' | 'body' | 'orgId'>,
  key: { readonly header?: string } = {},
): Promise<MutationAnswer> {
  const { orgId = stack.orgId, body } = request;
  const response = await fetch(urlOf(baseUrl, path, request.params), {
    method,
    headers: {
      authorization: `Bearer ${path.startsWith('/v1/') ? apiKey : stack.token({ orgId })}`,
      'x-tenant-id': stack.tenantId,
      'x-org-id': orgId,
      ...(key.header === undefined ? {} : { 'idempotency-key': key.header }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>; // Every JSON answer is an object.
  assertDeclared(method, new URL(response.url).pathname, response.status, answer);
  return {
    status: response.status,
    isReplay: response.headers.get('idempotent-replayed') === 'true',
    body: answer,
  };
}
