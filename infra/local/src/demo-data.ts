import {
  createDatabase,
  findStockLevel,
  insertProduct,
  receiveStock,
  runCommand,
  type Database,
} from '@oms/database';

import { seedDemoApiKey } from './demo-api-key.js';

/** The tenant of a fresh stack, with stock for the documentation's example order. */
export const demo = {
  tenantId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  orgId: '16fd2706-8baf-433b-82eb-8c7fada847da',
  locationId: 'f6a7b8c9-d0e1-2345-abcd-678901234567',
  variants: [
    { variantId: 'c3d4e5f6-a7b8-9012-cdef-345678901234', sku: 'WOOL-SWTR-M-BLU', quantity: 100 },
    { variantId: 'd4e5f6a7-b8c9-4123-8ef0-456789012345', sku: 'WOOL-SWTR-L-BLU', quantity: 100 },
    { variantId: 'e5f6a7b8-c9d0-4234-9f01-567890123456', sku: 'WOOL-SWTR-S-RED', quantity: 1 },
  ],
  productId: 'prod_01JM5XQVZ3K7',
} as const;

/** Creates the demo tenant's stock, product and API key, if absent. */
export async function seedDemo(connectionString: string, tokenSecret: string): Promise<void> {
  const database = createDatabase({ connectionString, poolSize: 1 });
  const { tenantId, orgId, locationId } = demo;
  try {
    for (const { variantId, sku, quantity } of demo.variants) {
      const level = { tenantId, orgId, variantId, locationId };
      if (await findStockLevel(database, level)) continue;
      await receiveStock(database, { ...level, sku, quantity, reason: 'demo data' });
    }
    await seedProduct(database);
    await seedDemoApiKey(database, demo, tokenSecret);
  } finally {
    await database.close();
  }
}

/** The product of the Sales API's guide. */
async function seedProduct(database: Database): Promise<void> {
  const { tenantId, orgId, productId } = demo;
  const input = {
    tenantId,
    orgId,
    kind: 'create_product',
    commandId: '5d0f3c1e-6f0b-4c53-9d0a-2f6f1f0c7a11',
    requestHash: 'demo data',
    requestId: 'demo data',
    actor: { type: 'system', id: 'demo data' },
    request: {
      productId,
      title: 'Desk Lamp',
      currency: 'USD',
      currencyExponent: 2,
      variants: [
        { sku: 'LAMP-BRASS', title: 'Brass', priceMinor: 12_999, stockQuantity: 100, requiresShipping: true },
      ],
    },
  } as const;
  await runCommand(database, input, insertProduct);
}
