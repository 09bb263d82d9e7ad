import { createPaymentActivities } from '@oms/activities';
import { TaskQueue } from '@oms/contracts/temporal';
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
      providers: createPaymentProviders({
        stripe: {
          apiKey: config.STRIPE_API_KEY,
          timeoutMs: config.PAYMENT_TIMEOUT_MS,
          ...(config.STRIPE_API_BASE_URL === undefined ? {} : { baseUrl: config.STRIPE_API_BASE_URL }),
        },
      }),
    }),
});
