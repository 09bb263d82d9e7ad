import type { ResourceListQuery } from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';

import type { Database } from './database.js';
import type { SingletonStore } from './define-singleton-store.js';
import type { PathIds, ResourceStore } from './define-store.js';
import type { PlainRow } from './resource-sql.js';

/** Reads resources. Rows of other organisations or tenants count as absent. */
export interface ResourceReader {
  find(store: ResourceStore, scope: TenantScope, ids: PathIds): Promise<PlainRow | undefined>;
  /** Reads a page, and one further row if there is a next page. `undefined` for an absent parent. */
  list(
    store: ResourceStore,
    scope: TenantScope,
    ids: PathIds,
    query: ResourceListQuery,
  ): Promise<readonly PlainRow[] | undefined>;
  read(store: SingletonStore, scope: TenantScope): Promise<PlainRow>;
}

/** Makes a reader on PostgreSQL. */
export function createResourceReader({ prisma }: Database): ResourceReader {
  return {
    find: (store, scope, ids) => store.find(prisma, scope, ids),
    list: (store, scope, ids, query) => store.list(prisma, scope, ids, query),
    read: (store, scope) => store.read(prisma, scope),
  };
}
