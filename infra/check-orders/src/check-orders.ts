import { allOrderProofs, findOrderProof, type Database, type ProofFilter } from '@oms/database';
import { OrderStatus, type OrderProof, type PaymentProviderName } from '@oms/domain';
import type { PaymentProviders } from '@oms/payments';

import { compareWithProvider } from './compare-with-provider.js';
import { inParallel } from './in-parallel.js';

/** The findings about one order. */
export interface Finding {
  readonly orderId: string;
  readonly number: string;
  readonly tenantId: string;
  readonly status: OrderStatus;
  /** The faults of its ledgers, in plain words. */
  readonly faults: readonly string[];
  /** Why its provider could not be asked, where it was to be. */
  readonly unchecked?: string;
}

export interface CheckOptions {
  readonly filter: ProofFilter;
  /** How many providers' answers may be waited for at once. */
  readonly concurrency: number;
}

/**
 * Looks orders over, one after another as they come from the database, and asks their payment providers. Only reads.
 * An order that is being worked on while it is looked at is looked at once more before anything is said of it; one that
 * is pending is not compared with its provider, since what it waits for is what its status says.
 */
export function checkOrders(
  database: Database,
  providers: PaymentProviders,
  { filter, concurrency }: CheckOptions,
): AsyncGenerator<Finding> {
  return inParallel(allOrderProofs(database, filter), concurrency, async (proof) => {
    const first = await look(providers, proof);
    if (first.faults.length === 0) return first;
    const again = await findOrderProof(database, proof);
    return again ? look(providers, again) : first;
  });
}

async function look(providers: PaymentProviders, proof: OrderProof): Promise<Finding> {
  const { orderId, number, tenantId, status, money, faults } = proof;
  const finding: Finding = { orderId, number, tenantId, status, faults };
  if (!money || status === OrderStatus.Pending) return finding;
  // Held to the domain's names by the database.
  const provider = providers[money.provider as PaymentProviderName];
  if (!provider) return { ...finding, unchecked: `no account at ${money.provider} is configured` };
  const answer = await provider.find(money.reference);
  if (answer.kind !== 'done') return { ...finding, unchecked: answer.message };
  return { ...finding, faults: [...faults, ...compareWithProvider(proof, answer.payment)] };
}
