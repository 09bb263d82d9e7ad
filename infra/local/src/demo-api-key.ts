import { createHash } from 'node:crypto';

import { apiKeyOf } from '@oms/contracts/http';
import type { Database } from '@oms/database';

/**
 * The demo tenant's key of the Commerce API. It is derived from the data folder's secret: the same at every start,
 * different on every machine.
 */
export function demoApiKey(tokenSecret: string): string {
  return keyOf(tokenSecret).secret;
}

/** Stores the key if it is absent. A revoked key stays revoked. */
export async function seedDemoApiKey(
  { prisma }: Database,
  { tenantId, orgId }: { readonly tenantId: string; readonly orgId: string },
  tokenSecret: string,
): Promise<void> {
  const { prefix, hash } = keyOf(tokenSecret);
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const data = { id, tenantId, orgId, name: 'demo', prefix, hash, scopes: ['order:read', 'order:write'] };
  await prisma.apiKey.createMany({ data: { ...data, createdBy: 'demo data' }, skipDuplicates: true });
}

function keyOf(tokenSecret: string) {
  return apiKeyOf(createHash('sha256').update(`api key of the demo tenant ${tokenSecret}`).digest());
}
