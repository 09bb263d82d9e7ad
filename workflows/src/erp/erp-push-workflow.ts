import type { PushOrderResult } from '@oms/contracts/temporal';
import type { OrderRef } from '@oms/domain';

import { pushOrderToErp } from './erp-activity-policies.js';

/** Brings one order to its ERP, for orders whose own workflow has ended. It ends when the ERP has it, or refuses it. */
export async function erpPushWorkflow(ref: OrderRef): Promise<PushOrderResult> {
  return pushOrderToErp(ref);
}
