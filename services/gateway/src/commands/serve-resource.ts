import {
  encodePosition,
  hashOf,
  parseInput,
  toListQuery,
  type PrincipalOperation,
  type Verb,
} from '@oms/contracts/http';
import type { PathIds, PlainRow, ResourceReader, ResourceStore, SingletonStore } from '@oms/database';
import { notFound, RefusedError } from '@oms/domain';

import type { Principal } from '../auth/principal.js';
import type { HttpResponse } from '../http/http-response.js';
import type { ApiRoute } from '../http/serve-operation.js';
import { askForCommand } from './ask-for-command.js';
import type { CommandRunner } from './command-runner.js';

export interface ResourceRoutesDeps {
  /** The stores of all resources to serve. */
  readonly stores: readonly (ResourceStore | SingletonStore)[];
  readonly resources: ResourceReader;
  readonly commands: CommandRunner;
}

/** The routes of all resources. */
export const resourceRoutes = ({ stores, ...deps }: ResourceRoutesDeps): readonly ApiRoute[] =>
  stores.flatMap((store) => serveResource(store, deps));

type Deps = Omit<ResourceRoutesDeps, 'stores'>;

/** The routes of one resource: the operations that its declaration offers. */
function serveResource(store: ResourceStore | SingletonStore, deps: Deps): readonly ApiRoute[] {
  if ('change' in store) return singletonRoutes(store, deps);
  const { usual, actions } = store.resource;
  const usualRoutes = Object.entries(usual).map(([verb, operation]) =>
    // The keys of the declaration's operations are verbs.
    route(operation, handlers[verb as Verb](store, deps)),
  );
  const actionRoutes = Object.entries(actions).map(([action, operation]) =>
    route(operation, changes(store, deps, action)),
  );
  return [...usualRoutes, ...actionRoutes];
}

/** A parsed request of a resource. */
interface Input {
  readonly params: PathIds;
  readonly query: PlainRow;
  readonly body: PlainRow;
  readonly idempotencyKey?: string;
}
type Handle = (input: Input, principal: Principal) => Promise<HttpResponse>;

function route(operation: PrincipalOperation, handle: Handle): ApiRoute {
  return {
    operation,
    handle: async (request, principal) => {
      const input = parseInput(operation, request);
      // The parameters of a resource's path are ids; its query and its body are objects.
      return handle({ ...input, body: input.body ?? {}, query: input.query ?? {} } as Input, principal);
    },
  };
}

const handlers: Readonly<Record<Verb, (store: ResourceStore, deps: Deps) => Handle>> = {
  list: lists,
  get: (store, deps) => async (input, principal) => ({
    status: 200,
    body: await find(store, deps, principal, input.params),
  }),
  create: (store, deps) => changes(store, deps, 'create', 201),
  update: (store, deps) => changes(store, deps, 'update'),
  archive: (store, deps) => changes(store, deps, 'archive'),
  delete: (store, deps) => (input, principal) =>
    askForCommand(deps.commands, input, principal, wanted(store, 'delete', input), ({ id }) => ({
      status: 200,
      body: { id, deleted: true },
    })),
};

function lists(store: ResourceStore, { resources }: Deps): Handle {
  const { spec, listField } = store.resource;
  return async ({ params, query }, { scope }) => {
    const page = toListQuery(store.resource, query);
    const rows = await resources.list(store, scope, params, page);
    if (!rows) throw new RefusedError(notFound(spec.parent?.spec.noun ?? spec.noun));
    const shown = rows.slice(0, page.limit);
    const last = rows.length > page.limit ? shown.at(-1) : undefined;
    return {
      status: 200,
      body: {
        ...{ [listField]: shown, limit: page.limit },
        next_cursor: last ? encodePosition(query, page.sort, last) : null,
      },
    };
  };
}

/**
 * The handler of a mutation that answers with the changed row. A replay omits a new secret, which only the first
 * answer shows.
 */
function changes(store: ResourceStore, deps: Deps, mutation: string, status = 200): Handle {
  const { spec, idParameter } = store.resource;
  const makesSecret = mutation === 'create' || spec.actions?.[mutation]?.showsSecret === true;
  return (input, principal) => {
    const made = makesSecret ? store.makeSecret?.() : undefined;
    return askForCommand(
      deps.commands,
      input,
      principal,
      wanted(store, mutation, input, made?.columns),
      async ({ id }, { isReplay }) => {
        const row = await find(store, deps, principal, { ...input.params, [idParameter]: id });
        return { status, body: made ? { ...row, secret: isReplay ? null : made.secret } : row };
      },
    );
  };
}

function wanted(store: ResourceStore, mutation: string, { params, body }: Input, secret?: PlainRow) {
  const carryOut = store.mutations[mutation];
  if (!carryOut) throw new Error(`${store.resource.words.noun}: the store cannot ${mutation}`);
  return {
    kind: `${mutation}_${store.resource.words.snake}`,
    requestHash: hashOf({ params, body }),
    requestOf: () => ({ ids: params, values: body, ...(secret ? { secret } : {}) }),
    carryOut,
  };
}

async function find(
  store: ResourceStore,
  { resources }: Deps,
  { scope }: Principal,
  ids: PathIds,
): Promise<PlainRow> {
  const row = await resources.find(store, scope, ids);
  if (!row) throw new RefusedError(notFound(store.resource.words.noun));
  return row;
}

function singletonRoutes(store: SingletonStore, { resources, commands }: Deps): readonly ApiRoute[] {
  const { get, change, kind } = store.resource;
  return [
    route(get, async (_input, { scope }) => ({ status: 200, body: await resources.read(store, scope) })),
    route(change, (input, principal) => {
      // Null removes the value of a field that may be missing. The parser refuses it for the others.
      const given = Object.fromEntries(Object.entries(input.body).filter(([, value]) => value !== undefined));
      return askForCommand(
        commands,
        input,
        principal,
        { kind, requestHash: hashOf(given), requestOf: () => given, carryOut: store.change },
        (row) => ({ status: 200, body: row }),
      );
    }),
  ];
}
