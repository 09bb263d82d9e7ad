import { createDatabase, createResourceReader, type Database, type ResourceStore } from '@oms/database';
import { createLogger } from '@oms/observability';
import { createTestDatabase } from '@oms/testing';
import { useStarted, type ContractStage } from '@oms/testing/vitest';
import { inject } from 'vitest';

import { createCommandRunner } from '../commands/command-runner.js';
import { startTestGateway, type TestGateway } from './test-gateway.js';
import { mintToken } from './tokens.js';

/** Starts a gateway that serves a test's own resources, with a database that has their tables. */
export function useResourceStage(stores: readonly ResourceStore[], migration: string): ContractStage {
  const started = useStarted({
    start: () => start(stores, migration),
    async stop({ gateway, databases }) {
      await gateway.close();
      for (const database of databases) await database.close();
    },
  });
  return {
    async request(caller, method, path, body, headers = {}) {
      const { gateway } = started;
      const { tenantId = gateway.identity.tenantId, orgId = gateway.identity.orgId } = caller;
      const rights = caller.permissions ? { roles: [], permissions: caller.permissions } : {};
      const token = mintToken(gateway.identity, { tenant_id: tenantId, org_id: orgId, ...rights });
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          ...{ authorization: `Bearer ${token}`, 'x-tenant-id': tenantId, 'x-org-id': orgId },
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Record<string, unknown>; // Every JSON answer is an object.
      return { status: response.status, headers: response.headers, body: answer };
    },
    auditOf: (resourceId) =>
      started.administrator.prisma.auditEntry.findMany({ where: { resourceId }, orderBy: { id: 'asc' } }),
  };
}

interface Started {
  readonly gateway: TestGateway;
  readonly administrator: Database;
  readonly databases: readonly Database[];
}

async function start(stores: readonly ResourceStore[], migration: string): Promise<Started> {
  const urls = await createTestDatabase(inject('postgresPort'));
  const [owner, administrator, database] = [urls.owner, urls.administrator, urls.gateway].map(
    (connectionString) => createDatabase({ connectionString, poolSize: 4 }),
  ) as [Database, Database, Database];
  for (const statement of migration.split(/;\s*$/m)) {
    if (statement.trim() !== '') await owner.prisma.$executeRawUnsafe(statement);
  }
  const gateway = await startTestGateway({
    resources: {
      stores,
      resources: createResourceReader(database),
      commands: createCommandRunner({
        ...{ database, lockTimeoutMs: 30_000 },
        log: createLogger({ service: 'gateway', level: 'silent' }),
      }),
    },
  });
  return { gateway, administrator, databases: [owner, administrator, database] };
}
