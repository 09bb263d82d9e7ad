import type { ApiKeyActivities } from '@oms/activities';
import type { ApiKeyUse } from '@oms/contracts/temporal';
import { proxyLocalActivities, type LocalActivityOptions } from '@temporalio/workflow';

/** One short statement. Given up after an hour: by then later uses have made these uninteresting. */
const usesPolicy = {
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
} as const satisfies LocalActivityOptions;

const { recordApiKeyUses } = proxyLocalActivities<ApiKeyActivities>({
  ...usesPolicy,
  summary: 'Keep when API keys were last used',
});

/** Keeps when API keys were last used: what a gateway has seen since it last told. */
export async function recordApiKeyUsesWorkflow(uses: readonly ApiKeyUse[]): Promise<void> {
  await recordApiKeyUses(uses);
}
