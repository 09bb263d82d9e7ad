import { createPaymentActivities } from '@oms/activities';
import { providerSettings } from '@oms/config';
import { TaskQueue } from '@oms/contracts/temporal';
import { findPaymentNotifications } from '@oms/database';
import { createPaymentProviders } from '@oms/payments';
import { runWorkerService } from '@oms/worker';

import { paymentWorkerConfig } from './payment-worker-config.js';

runWorkerService({
  name: 'payment-worker',
  taskQueue: TaskQueue.Payments,
  configSchema: paymentWorkerConfig,
  createActivities: ({ database, config }) =>
    createPaymentActivities({
      database,
      providers: createPaymentProviders(providerSettings(config), {
        notifications: {
          about: (provider, reference) => findPaymentNotifications(database, provider, reference),
        },
      }),
    }),
});
