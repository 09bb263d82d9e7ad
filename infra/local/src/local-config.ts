import {
  booleanFlag,
  databaseConfig,
  environmentConfig,
  portNumber,
  requiredWith,
  temporalConfig,
  variableRules,
} from '@oms/config';
import { z } from 'zod';

import { defaultDataDir } from './local-paths.js';

/** Variables that the services get unchanged. Each service parses its own. */
export const passedOn = [
  'RATE_LIMIT_MAX',
  'RATE_LIMIT_PRINCIPAL_MAX',
  'RATE_LIMIT_WINDOW_MS',
  'RECORD_TIMEOUT_MS',
  'CHANGE_TIMEOUT_MS',
  'TRUST_PROXY',
  'MAX_CONNECTIONS',
  'MAX_CONNECTIONS_PER_CLIENT',
  'PAYMENT_TIMEOUT_MS',
  'MAX_CONCURRENT_ACTIVITIES',
  'MAX_CACHED_WORKFLOWS',
  'DATABASE_POOL_SIZE',
  'WEBHOOK_URL',
  'STRIPE_WEBHOOK_SECRET',
  'ERP_SECRETS_KEY',
  'ERP_ALLOWED_ADDRESS_RANGES',
  'ERP_TIMEOUT_MS',
] as const;

/** Variables of payment providers' accounts, which replace simulated ones, and of the providers that clients may use. */
export const accountVariables = [
  'ADYEN_API_KEY',
  'ADYEN_MERCHANT_ACCOUNT',
  'ADYEN_ENVIRONMENT',
  'ADYEN_LIVE_PREFIX',
  'ADYEN_API_BASE_URL',
  'ADYEN_HMAC_KEYS',
  'ADYEN_WEBHOOK_USER',
  'ADYEN_WEBHOOK_PASSWORD',
  'PAYPAL_CLIENT_ID',
  'PAYPAL_CLIENT_SECRET',
  'PAYPAL_ENVIRONMENT',
  'PAYPAL_API_BASE_URL',
  'PAYPAL_WEBHOOK_ID',
  'AVAILABLE_PAYMENT_PROVIDERS',
] as const;
const accountShape = Object.fromEntries(
  accountVariables.map((name) => [name, z.string().optional()]),
) as Record<(typeof accountVariables)[number], z.ZodOptional<z.ZodString>>; // One for each name of the list.
const passedOnShape = Object.fromEntries(passedOn.map((name) => [name, z.string().optional()])) as Record<
  (typeof passedOn)[number],
  z.ZodOptional<z.ZodString>
>; // One for each name of the list.

/** A port must be known before its server listens. */
const listeningPort = portNumber.refine((port) => port > 0, {
  error: 'must be a whole number from 1 to 65535',
});

/** The environment of `npm start`. Every variable is optional: by default everything is embedded. */
const variables = z.object({
  ...passedOnShape,
  ...accountShape,
  /** The folder of all the stack's data. A second stack needs another folder and other ports. */
  LOCAL_DATA_DIR: z.string().min(1).default(defaultDataDir),
  LOG_LEVEL: environmentConfig.shape.LOG_LEVEL,
  GATEWAY_PORT: listeningPort.default(8080),
  POSTGRES_PORT: listeningPort.default(54_320),
  TEMPORAL_PORT: listeningPort.default(7_233),
  TEMPORAL_UI_PORT: listeningPort.default(8_233),
  PAYMENT_SIMULATOR_PORT: listeningPort.default(12_111),
  ORDER_WORKER_PORT: listeningPort.default(9_101),
  PAYMENT_WORKER_PORT: listeningPort.default(9_102),
  INVENTORY_WORKER_PORT: listeningPort.default(9_103),
  INTEGRATION_WORKER_PORT: listeningPort.default(9_104),
  /** Replaces the embedded PostgreSQL. Its user must be allowed to migrate the database. */
  DATABASE_URL: databaseConfig.shape.DATABASE_URL.optional(),
  /** The same database with the users of the services. Default: DATABASE_URL. */
  DATABASE_WORKER_URL: databaseConfig.shape.DATABASE_URL.optional(),
  DATABASE_GATEWAY_URL: databaseConfig.shape.DATABASE_URL.optional(),
  /** Replaces the embedded Temporal. The other TEMPORAL_… variables are passed to the services. */
  TEMPORAL_ADDRESS: temporalConfig.shape.TEMPORAL_ADDRESS.unwrap().optional(),
  TEMPORAL_NAMESPACE: temporalConfig.shape.TEMPORAL_NAMESPACE,
  TEMPORAL_TLS: booleanFlag.optional(),
  TEMPORAL_API_KEY: temporalConfig.shape.TEMPORAL_API_KEY,
  TEMPORAL_TLS_CERT_PATH: temporalConfig.shape.TEMPORAL_TLS_CERT_PATH,
  TEMPORAL_TLS_KEY_PATH: temporalConfig.shape.TEMPORAL_TLS_KEY_PATH,
  /** The Web UI of a Temporal that is not embedded. It is only printed. */
  TEMPORAL_UI_URL: z.string().optional(),
  /** Replaces the payment simulator by the real Stripe. */
  STRIPE_API_KEY: z.string().min(1).optional(),
});

export const localConfig = z.intersection(
  variables,
  variableRules([
    requiredWith('DATABASE_URL', 'DATABASE_WORKER_URL'),
    requiredWith('DATABASE_WORKER_URL', 'DATABASE_GATEWAY_URL'),
    requiredWith('DATABASE_GATEWAY_URL', 'DATABASE_WORKER_URL'),
  ]),
);
export type LocalConfig = z.infer<typeof localConfig>;
