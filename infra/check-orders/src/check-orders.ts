import { allOrderProofs, findOrderProof, type Database, type ProofFilter } from '@oms/database';
import {
  moneyAtRisk,
  OrderStatus,
  type Currency,
  type MoneyAtRisk,
  type OrderProof,
  type PaymentProviderName,
} from '@oms/domain';
import type { PaymentProviders } from '@oms/payments';

import { compareWithProvider } from './compare-with-provider.js';
import { inParallel } from './in-parallel.js';

/** The findings about one order. */
export interface Finding {
  readonly orderId: string;
  readonly number: string;
  readonly tenantId: string;
  readonly status: OrderStatus;
  /** The faults of its ledgers, as sentences. */
  readonly faults: readonly string[];
  /** Outcomes that are still unknown, as sentences. */
  readonly unsettled: readonly string[];
  readonly currency: Currency;
  readonly atRisk: readonly MoneyAtRisk[];
  /** The reason for which its provider could not be asked. Absent for a checked order. */
  readonly unchecked?: string;
}

export interface CheckOptions {
  readonly filter: ProofFilter;
  /** The maximum number of concurrent requests to providers. */
  readonly concurrency: number;
}

/**
 * Checks orders in the sequence of the database, and compares them with their payment providers. Only reads. An order
 * that changes during its check is checked once more before anything is reported. A pending order is not compared with
 * its provider, because its payment may still be in progress.
 */
export function checkOrders(
  database: Database,
  providers: PaymentProviders,
  { filter, concurrency }: CheckOptions,
): AsyncGenerator<Finding> {
  return inParallel(allOrderProofs(database, filter), concurrency, async (proof) => {
    const first = await checkOrder(providers, proof);
    if (first.faults.length === 0 && first.unsettled.length === 0) return first;
    const again = await findOrderProof(database, proof);
    return again ? checkOrder(providers, again) : first;
  });
}

async function checkOrder(providers: PaymentProviders, proof: OrderProof): Promise<Finding> {
  const { orderId, number, tenantId, status, money, faults, unsettled } = proof;
  const currency = { code: proof.currency, exponent: proof.currencyExponent };
  const atRisk = moneyAtRisk(proof);
  const finding: Finding = { orderId, number, tenantId, status, faults, unsettled, currency, atRisk };
  if (!money || status === OrderStatus.Pending) return finding;
  // A database constraint allows only the domain's names.
  const provider = providers[money.provider as PaymentProviderName];
  if (!provider) return { ...finding, unchecked: `no account at ${money.provider} is configured` };
  const answer = await provider.find(money.reference);
  if (answer.kind !== 'done') return { ...finding, unchecked: answer.message };
  return { ...finding, faults: [...faults, ...compareWithProvider(proof, answer.payment)] };
}
