import { randomUUID } from 'node:crypto';

import { uuidOfTypeId } from '@oms/contracts/http';
import { receiveStock } from '@oms/database';

import { createSalesClient } from '../harness/sales-client.js';
import type { StackClient } from '../harness/test-stack.js';
import type { LineKind, LineScript } from './life-script.js';

/** A variant for the orders of lives, known to all three APIs. */
export interface LifeVariant {
  readonly kind: Exclude<LineKind, 'service'>;
  readonly variantId: string;
  readonly sku: string;
  /** Ids of the variant and its product on the Sales API. */
  readonly salesVariantId: string;
  readonly productId: string;
  /** The location that located lines name. Other locations may have more stock. */
  readonly locationId: string;
}

const plentyUnits = 1_000_000;
const scarceUnits = 6;
const refillUnits = 4;
const variantsPerKind = 4;

/** Creates the stock that lives share, and counts the received units. */
export async function createLifeStock(stack: StackClient) {
  const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
  const received = new Map<string, number>();
  const { tenantId, orgId } = stack;
  const receive = async (variantId: string, locationId: string, quantity: number): Promise<void> => {
    const level = { tenantId, orgId, variantId, locationId, quantity };
    await receiveStock(stack.database, { ...level, reason: 'lives' });
    received.set(variantId, (received.get(variantId) ?? 0) + quantity);
  };
  const create = async (kind: LifeVariant['kind']): Promise<LifeVariant> => {
    const sku = `LAMP-${randomUUID()}`;
    const { status, body } = await sales.post('/products', {
      title: `${kind} lamp`,
      variants: [{ sku, price: '10.00', stock_quantity: 0 }],
    });
    const [variant] = (body['variants'] ?? []) as { id: string }[];
    const variantId = uuidOfTypeId('var', variant?.id ?? '');
    if (variantId === undefined || !variant) {
      throw new Error(`there is no product: ${status} ${JSON.stringify(body)}`);
    }
    const locationId = randomUUID();
    const units = { plenty: plentyUnits, scarce: scarceUnits, missing: 0 }[kind];
    if (units > 0) {
      await receive(variantId, locationId, units / 2);
      await receive(variantId, randomUUID(), units / 2);
    }
    return { kind, variantId, sku, salesVariantId: variant.id, productId: String(body['id']), locationId };
  };
  const variants: LifeVariant[] = [];
  for (const kind of ['plenty', 'scarce', 'missing'] as const) {
    for (let count = 0; count < variantsPerKind; count += 1) variants.push(await create(kind));
  }
  const byId = new Map(variants.map((variant) => [variant.variantId, variant]));
  return {
    received: received as ReadonlyMap<string, number>,
    variantOf(line: LineScript): LifeVariant {
      const ofKind = variants.filter(({ kind }) => kind === line.kind);
      const variant = ofKind[line.variant % ofKind.length];
      if (!variant) throw new Error(`there is no variant of kind ${line.kind}`);
      return variant;
    },
    find(variantId: string): LifeVariant {
      const variant = byId.get(variantId);
      if (!variant) throw new Error(`there is no variant ${variantId}`);
      return variant;
    },
    outlookOf: (variantId: string): LifeVariant['kind'] => byId.get(variantId)?.kind ?? 'missing',
    /** Receives more units of scarce variants. */
    async refill(): Promise<void> {
      for (const { variantId, locationId } of variants.filter(({ kind }) => kind === 'scarce')) {
        await receive(variantId, locationId, refillUnits);
      }
    },
  };
}
export type LifeStock = Awaited<ReturnType<typeof createLifeStock>>;
