import { createErpActivities, createErpConnectors } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import { defaultErpNetwork } from '@oms/erp';
import { SecretBox } from '@oms/outbound';
import { runWorkerService } from '@oms/worker';

import { integrationWorkerConfig } from './integration-worker-config.js';

runWorkerService({
  name: 'integration-worker',
  taskQueue: TaskQueue.Integrations,
  configSchema: integrationWorkerConfig,
  createActivities: ({ database, config }) =>
    createErpActivities({
      database,
      connectors: createErpConnectors({
        box: new SecretBox(config.ERP_SECRETS_KEY),
        network: {
          ...defaultErpNetwork,
          allowedAddressRanges: config.ERP_ALLOWED_ADDRESS_RANGES,
          timeoutMs: config.ERP_TIMEOUT_MS,
        },
      }),
    }),
});
