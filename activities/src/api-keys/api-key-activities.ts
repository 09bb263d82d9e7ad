import type { ApiKeyUse } from '@oms/contracts/temporal';
import { recordApiKeyUses, type Database } from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';

export type ApiKeyActivities = ReturnType<typeof createApiKeyActivities>;

/** What is written about API keys that nobody has asked for. */
export function createApiKeyActivities({ database }: { readonly database: Database }) {
  return {
    /** Keeps when keys were last used. May be repeated. */
    recordApiKeyUses: (uses: readonly ApiKeyUse[]): Promise<void> =>
      withDatabase(() => recordApiKeyUses(database, uses)),
  };
}
