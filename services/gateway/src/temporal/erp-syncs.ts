import type { ErpTestResult } from '@oms/contracts/temporal';
import type { OrderRef, TenantScope } from '@oms/domain';

/** Asks for what is to be done about ERPs. */
export interface ErpSyncs {
  /**
   * Has an order brought to its ERP at once, whether its workflow runs or has ended. Asking twice does no harm.
   *
   * Rejects when it is not certain that it will be.
   *
   * @param askId what was asked for under this id before is not asked for again, as far as Temporal remembers it
   */
  resync(ref: OrderRef, askId: string): Promise<void>;
  /** Tries the ERP of an organisation; `undefined` where there was no answer in time. */
  test(scope: TenantScope): Promise<ErpTestResult | undefined>;
}
