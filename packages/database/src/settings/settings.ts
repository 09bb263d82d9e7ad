import { settings } from '@oms/contracts/http';

import { defineSingletonStore } from '../kit/define-singleton-store.js';

/** Settings that orders are recorded by. The order number of the same row is not for clients. */
export const settingsStore = defineSingletonStore(settings, {
  table: 'tenant_settings',
  past: 'settings.changed',
});
