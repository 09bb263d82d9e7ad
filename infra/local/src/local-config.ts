import { environmentConfig, portNumber, temporalConfig } from '@oms/config';
import { z } from 'zod';

/** What `npm start` reads from the environment. All of it is optional: by default everything is embedded. */
export const localConfig = z.object({
  LOG_LEVEL: environmentConfig.shape.LOG_LEVEL,
  GATEWAY_PORT: portNumber.default(8080),
  POSTGRES_PORT: portNumber.default(54_320),
  TEMPORAL_PORT: portNumber.default(7_233),
  TEMPORAL_UI_PORT: portNumber.default(8_233),
  PAYMENT_SIMULATOR_PORT: portNumber.default(12_111),
  ORDER_WORKER_PORT: portNumber.default(9_101),
  PAYMENT_WORKER_PORT: portNumber.default(9_102),
  INVENTORY_WORKER_PORT: portNumber.default(9_103),
  /** Replaces the embedded PostgreSQL. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Replaces the embedded Temporal; the variables beside it are handed on to the services. */
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: temporalConfig.shape.TEMPORAL_NAMESPACE,
  TEMPORAL_TLS: z.string().optional(),
  TEMPORAL_API_KEY: temporalConfig.shape.TEMPORAL_API_KEY,
  TEMPORAL_TLS_CERT_PATH: temporalConfig.shape.TEMPORAL_TLS_CERT_PATH,
  TEMPORAL_TLS_KEY_PATH: temporalConfig.shape.TEMPORAL_TLS_KEY_PATH,
  /** Where a Temporal that is not embedded has its Web UI, to be printed. */
  TEMPORAL_UI_URL: z.string().optional(),
  /** Replaces the payment simulator by Stripe itself. */
  STRIPE_API_KEY: z.string().min(1).optional(),
});
export type LocalConfig = z.infer<typeof localConfig>;
