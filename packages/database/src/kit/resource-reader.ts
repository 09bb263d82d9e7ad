import type { ResourceListQuery } from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';

import type { Database } from './database.js';
import type { SingletonStore } from './define-singleton-store.js';
import type { PathIds, ResourceStore } from './define-store.js';
import type { PlainRow } from './resource-sql.js';

/** Reads resources. Rows of other owners are not found. */
export interface ResourceReader {
  find(store: ResourceStore, scope: TenantScope, ids: PathIds): Promise<PlainRow | undefined>;
  /** A page, and one row more where there are more. `undefined` where the rows' parent is absent. */
  list(
    store: ResourceStore,
    scope: TenantScope,
    ids: PathIds,
    query: ResourceListQuery,
  ): Promise<readonly PlainRow[] | undefined>;
  read(store: SingletonStore, scope: TenantScope): Promise<PlainRow>;
}

/** Reads them from PostgreSQL. */
export function createResourceReader({ prisma }: Database): ResourceReader {
  return {
    find: (store, scope, ids) => store.find(prisma, scope, ids),
    list: (store, scope, ids, query) => store.list(prisma, scope, ids, query),
    read: (store, scope) => store.read(prisma, scope),
  };
}
