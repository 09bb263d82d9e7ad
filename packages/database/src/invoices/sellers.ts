import type { Seller, TenantScope } from '@oms/domain';

import type { Json } from '../kit/audit.js';
import type { Database } from '../kit/database.js';
import type { Queries } from '../kit/queries.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';

export interface SellerReader {
  find(scope: TenantScope): Promise<Seller | undefined>;
}

/** Reads sellers from PostgreSQL. */
export const createSellerReader = ({ prisma }: Database): SellerReader => ({
  find: (scope) => findSeller(prisma, scope),
});

/** Reads the seller of an organisation, or `undefined` if it has none. */
export async function findSeller(
  queries: Pick<Queries, 'seller'>,
  { tenantId, orgId }: TenantScope,
): Promise<Seller | undefined> {
  const row = await queries.seller.findUnique({ where: { tenantId_orgId: { tenantId, orgId } } });
  return row ? (row.seller as unknown as Seller) : undefined; // As `replaceSeller` wrote it.
}

/** Sets the seller of an organisation, in place of the earlier one. Issued invoices keep the seller that they name. */
export async function replaceSeller(
  transaction: CommandTransaction,
  { tenantId, orgId, request: seller }: Command<Seller>,
): Promise<CarriedOut<Seller>> {
  // Serialises the changes of one organisation's seller, even before there is one.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`seller/${tenantId}/${orgId}`}, 0))`;
  const before = await findSeller(transaction, { tenantId, orgId });
  await transaction.$executeRaw`
    INSERT INTO sellers (tenant_id, org_id, seller) VALUES (${tenantId}::uuid, ${orgId}::uuid, ${JSON.stringify(seller)}::jsonb)
    ON CONFLICT (tenant_id, org_id) DO UPDATE SET seller = excluded.seller`;
  return {
    kind: 'done',
    result: seller,
    changes: [
      {
        ...{ action: 'seller.replaced', type: 'seller', id: orgId },
        ...(before ? { before: audited(before) } : {}),
        after: audited(seller),
      },
    ],
  };
}

const audited = ({ address, taxIds, ...seller }: Seller): Readonly<Record<string, Json | undefined>> => ({
  ...seller,
  address: { ...address },
  taxIds: taxIds.map(({ name, value }) => ({ name, value })),
});
