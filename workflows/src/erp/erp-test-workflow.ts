import type { ErpTestResult } from '@oms/contracts/temporal';
import type { TenantScope } from '@oms/domain';

import { testErp } from './erp-activity-policies.js';

/** Tries the ERP of an organisation, once. */
export async function erpTestWorkflow(scope: TenantScope): Promise<ErpTestResult> {
  return testErp(scope);
}
