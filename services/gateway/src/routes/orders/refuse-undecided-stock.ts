import { setTimeout } from 'node:timers/promises';

import { isPassingFault, type StockReader } from '@oms/database';
import {
  refusedStock,
  skusToStock,
  stockOfLines,
  type NewOrderLine,
  type StockedSku,
  type TenantScope,
} from '@oms/domain';

import type { Principal } from '../../auth/principal.js';
import { refuseUnlessPlaced, type PlaceOrderDeps, type WantedOrder } from './place-order.js';

export interface StockLookDeps extends PlaceOrderDeps {
  readonly stock: StockReader;
}

/** The longest wait for the levels of SKUs. The order does not depend on them: its record decides. */
const lookMs = 1_000;

/**
 * Refuses lines whose SKU is stocked at several locations, or not at theirs. It is only an early answer: `recordOrder`
 * decides by the levels at that time. If the database does not answer, the order is accepted without this look.
 *
 * @param lines those of the request, in its sequence
 * @throws RefusedError `INVALID_REQUEST` with the locations that stock the SKU
 */
export async function refuseUndecidedStock(
  deps: StockLookDeps,
  principal: Principal,
  keyed: Pick<WantedOrder, 'idempotencyKey' | 'keyName'>,
  lines: readonly NewOrderLine[],
): Promise<void> {
  const levels = await look(deps, principal.scope, skusToStock(lines));
  if (!levels) return;
  const { faults } = stockOfLines(lines, levels);
  if (faults.length > 0) await refuseUnlessPlaced(deps, principal, keyed, refusedStock(faults));
}

async function look(
  { stock }: StockLookDeps,
  scope: TenantScope,
  skus: readonly string[],
): Promise<readonly StockedSku[] | undefined> {
  const found = stock.findStockedSkus(scope, skus).catch((error: unknown) => {
    if (isPassingFault(error)) return undefined;
    throw error;
  });
  const answered = new AbortController();
  const tooLate = setTimeout(lookMs, undefined, { signal: answered.signal }).catch(() => undefined);
  try {
    return await Promise.race([found, tooLate]);
  } finally {
    answered.abort();
  }
}
