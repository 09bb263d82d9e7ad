import { createPaymentActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
import { findPaymentNotifications } from '@oms/database';
import { createPaymentProviders } from '@oms/payments';
import { runWorkerService } from '@oms/worker';

import { paymentWorkerConfig } from './payment-worker-config.js';
import { providerSettings } from './provider-settings.js';

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
