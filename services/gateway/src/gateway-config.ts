import { isIP } from 'node:net';

import {
  adyenConfig,
  databaseConfig,
  environmentConfig,
  erpSecretsKey,
  hostName,
  httpUrl,
  isGiven,
  paypalConfig,
  portNumber,
  temporalConfig,
  variableRules,
  webhookConfig,
  webhookRules,
  wholeNumber,
  type GivenVariables,
  type VariableRule,
} from '@oms/config';
import { paymentProviderNames, type PaymentProviderName } from '@oms/domain';
import { z } from 'zod';

import { minDevSecretBytes } from './auth/dev-key.js';

const trustProxyMessage =
  'must be false, a number of hops, or addresses and networks separated by commas, such as 10.0.0.0/8';

/** Excludes `true`: a gateway that trusts every hop lets clients choose their own address. */
const trustProxy = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine(
    (parts) => (parts.length === 1 && /^(false|\d{1,2})$/.test(parts[0] ?? '')) || parts.every(isNetwork),
    { error: trustProxyMessage },
  )
  .transform((parts): number | readonly string[] => {
    const [only = 'false'] = parts;
    if (only === 'false') return 0;
    return /^\d+$/.test(only) ? Number(only) : parts;
  });

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The providers that new orders may name. Earlier orders keep their provider. */
const paymentProviders = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine((names) => names.every((name) => paymentProviderNames.some((known) => known === name)), {
    error: `must be names separated by commas: ${paymentProviderNames.join(', ')}`,
  })
  .transform((names) => paymentProviderNames.filter((known) => names.includes(known)));

const variables = z.object({
  ...environmentConfig.shape,
  ...databaseConfig.shape,
  ...temporalConfig.shape,
  ...webhookConfig.shape,
  ADYEN_MERCHANT_ACCOUNT: adyenConfig.shape.ADYEN_MERCHANT_ACCOUNT,
  // PayPal's webhooks of refunds and disputes name only the capture, so the gateway asks PayPal for the rest.
  ...paypalConfig.shape,
  /** The time in which PayPal must answer questions about a webhook and return the certificate of its webhooks. */
  WEBHOOK_TIMEOUT_MS: wholeNumber({ min: 100, max: 60_000 }).default(5_000),
  /** The payment providers that new orders may name. */
  AVAILABLE_PAYMENT_PROVIDERS: paymentProviders.default(['stripe']),
  /** The port of the three APIs, the webhooks, `/docs`, `/healthz` and `/readyz`. */
  PORT: portNumber.default(8_080),
  /** The address to listen on. */
  HOST: hostName.default('127.0.0.1'),
  /** The issuer (`iss`) of tokens. */
  JWT_ISSUER: z.string().min(1),
  /** The audience (`aud`) of tokens. */
  JWT_AUDIENCE: z.string().min(1),
  /** The URL of the issuer's published keys. Either this or JWT_DEV_SECRET is required. */
  JWT_JWKS_URL: httpUrl.optional(),
  /** A shared secret for development. Anybody who knows it can make tokens. */
  JWT_DEV_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= minDevSecretBytes, {
      error: `must have at least ${minDevSecretBytes} bytes`,
    })
    .optional(),
  /** The greatest age of a token, from its time of issue. Default: a day; 31 days with JWT_DEV_SECRET. */
  JWT_MAX_AGE_SECONDS: wholeNumber({ min: 60, max: 366 * 86_400 }).optional(),
  /** The number of requests of one address that pass in any RATE_LIMIT_WINDOW_MS. */
  RATE_LIMIT_MAX: wholeNumber({ min: 1, max: 10_000_000 }).default(100),
  /**
   * The number of requests of one token subject of a tenant, or of one API key, that pass in a window. Absent: no
   * limit.
   */
  RATE_LIMIT_PRINCIPAL_MAX: wholeNumber({ min: 1, max: 10_000_000 }).optional(),
  /** The length of the window of both limits. */
  RATE_LIMIT_WINDOW_MS: wholeNumber({ min: 1, max: 86_400_000 }).default(60_000),
  /** The time that a POST waits for the order's record before it answers 202. */
  RECORD_TIMEOUT_MS: wholeNumber({ min: 1, max: 60_000 }).default(2_000),
  /** The time that a request waits for a change of an order before it answers 202. */
  CHANGE_TIMEOUT_MS: wholeNumber({ min: 1, max: 60_000 }).default(5_000),
  /** The time that a POST of the Commerce API waits for the decision on the order's stock before it answers 202. */
  ALLOCATION_TIMEOUT_MS: wholeNumber({ min: 1, max: 60_000 }).default(5_000),
  /** The time for which an API key is cached. A revocation takes effect after this time at the latest. */
  API_KEY_CACHE_MS: wholeNumber({ min: 0, max: 10_000 }).default(3_000),
  /**
   * The time for which API keys and SKUs from earlier lookups are still used while the database is away, even revoked
   * keys.
   */
  API_KEY_AWAY_MS: wholeNumber({ min: 0, max: 30_000 }).default(30_000),
  /** The interval at which the last use of API keys is recorded. */
  API_KEY_USE_INTERVAL_MS: wholeNumber({ min: 100, max: 86_400_000 }).default(60_000),
  /** The keys that seal the secrets of ERP connections and sign links to invoices. Without them, there is neither. */
  ERP_SECRETS_KEY: erpSecretsKey.optional(),
  /** The proxies whose `X-Forwarded-For` is trusted. */
  TRUST_PROXY: trustProxy.default(0),
  /**
   * The most open connections of all clients. The process needs as many file descriptors, and some for PostgreSQL and
   * Temporal.
   */
  MAX_CONNECTIONS: wholeNumber({ min: 1, max: 1_000_000 }).default(10_000),
  /** The most open connections of one address. The proxies that TRUST_PROXY names are exempt. */
  MAX_CONNECTIONS_PER_CLIENT: wholeNumber({ min: 1, max: 1_000_000 }).default(200),
  /** The base URL of the API for clients. Links to invoices begin with it, and pages of orders in the Temporal Web UI link to it. */
  PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
});

const isProduction = (given: GivenVariables): boolean => given['NODE_ENV'] === 'production';
const offers = (given: GivenVariables, provider: PaymentProviderName): boolean =>
  String(given['AVAILABLE_PAYMENT_PROVIDERS'])
    .split(',')
    .some((name) => name.trim() === provider);

const rules: readonly VariableRule[] = [
  ...webhookRules,
  [
    'ADYEN_HMAC_KEYS',
    'is required where AVAILABLE_PAYMENT_PROVIDERS has adyen: Adyen says by webhook alone what became of a payment',
    (given) => !offers(given, 'adyen') || isGiven(given['ADYEN_HMAC_KEYS']),
  ],
  [
    'JWT_JWKS_URL',
    'is required, or JWT_DEV_SECRET in development',
    ({ JWT_JWKS_URL, JWT_DEV_SECRET }) => isGiven(JWT_JWKS_URL) || isGiven(JWT_DEV_SECRET),
  ],
  [
    'JWT_DEV_SECRET',
    'must not be given together with JWT_JWKS_URL',
    ({ JWT_JWKS_URL, JWT_DEV_SECRET }) => !isGiven(JWT_JWKS_URL) || !isGiven(JWT_DEV_SECRET),
  ],
  [
    'JWT_DEV_SECRET',
    'must not be given in production: use JWT_JWKS_URL',
    (given) => !isProduction(given) || !isGiven(given['JWT_DEV_SECRET']),
  ],
  [
    'JWT_JWKS_URL',
    'must be an https URL in production',
    (given) => !isProduction(given) || !String(given['JWT_JWKS_URL']).startsWith('http:'),
  ],
];

/**
 * The environment of the gateway. Checks both the variables and the rules between them, so that all faults are
 * reported at once.
 */
export const gatewayConfig = z.intersection(variables, variableRules(rules));
export type GatewayConfig = z.infer<typeof gatewayConfig>;
