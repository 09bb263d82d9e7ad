import { readFileSync } from 'node:fs';

import { ConfigError, loadConfig, temporalConnectionOptions } from '@oms/config';
import { openApiDocument } from '@oms/contracts/http';
import {
  createApiKeyReader,
  createCatalogueReader,
  createStockReader,
  createCommerceReader,
  createDatabase,
  createErpConnectionReader,
  createInvoiceReader,
  createOrderLifecycleReader,
  createOrderReader,
  createResourceReader,
  createSellerReader,
  type ApiKeyReader,
  type Database,
  recordApiKeyUses,
  stores,
} from '@oms/database';
import { SecretBox } from '@oms/outbound';
import { createLogger, runService, type ServerBounds } from '@oms/observability';
import { createWebhookReaders } from '@oms/payments';
import type { Temporal } from '@oms/temporal';

import { createGatewayApp, isProxyOf, type GatewayDeps } from './app.js';
import { collectApiKeyUses, type ApiKeyUses } from './auth/api-key-uses.js';
import { createAuthenticateApiKey } from './auth/authenticate-api-key.js';
import { createAuthenticate, type Authenticate } from './auth/authenticate.js';
import { tokenKeys, tokenRules } from './auth/token-settings.js';
import { TokenVerifier } from './auth/token-verifier.js';
import { createCommandRunner } from './commands/command-runner.js';
import { gatewayConfig, type GatewayConfig } from './gateway-config.js';
import { rawRefusal } from './http/raw-refusal.js';
import { startHttpServer } from './http-server.js';
import { createInvoiceDocuments } from './routes/invoices/invoice-documents.js';
import { rememberVariants } from './routes/catalogue/remember-variants.js';
import type { RateLimitDeps } from './rate-limit/rate-limit.js';
import { clientOfConnection } from './rate-limit/client-address.js';
import { SlidingWindowStore } from './rate-limit/sliding-window-store.js';
import { createErpSyncs } from './temporal/erp-syncs.js';
import { createNotificationInbox } from './temporal/notification-inbox.js';
import { createOperationReader } from './temporal/operation-reader.js';
import { createOrderProgressReader } from './temporal/order-progress-reader.js';
import { createAcceptedOrders } from './temporal/accepted-orders.js';
import { createAllocationReader } from './temporal/allocation-reader.js';
import { createTemporalConnection } from './temporal/temporal-connection.js';
import { createOrderChanger } from './temporal/order-changer.js';
import { createOrderPlacer } from './temporal/order-placer.js';
import { webhookSettings } from './webhook-settings.js';

/** Longer than the server waits for running requests. */
const httpCloseMs = 18_000;

const config = readConfig();
const log = createLogger({ service: 'gateway', level: config.LOG_LEVEL });

runService(log, async (onClose) => {
  const database = createDatabase({
    connectionString: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
  onClose('database', () => database.close());

  const temporal = createTemporalConnection({
    connection: temporalConnectionOptions(config, (path) => readFileSync(path)),
    namespace: config.TEMPORAL_NAMESPACE,
    ...(config.TEMPORAL_PREFIX === undefined ? {} : { prefix: config.TEMPORAL_PREFIX }),
    log,
  });
  onClose('temporal', () => temporal.close());

  const uses = apiKeyUses(config, database);
  onClose('api key uses', () => uses.close());

  const keys = tokenKeys(config, log);
  const limits = rateLimits(config);
  const ports = orderPorts(config, database, temporal);
  const app = createGatewayApp({
    log,
    ...ports,
    authenticateApiKey: apiKeyAuthentication(config, createApiKeyReader(database), uses),
    webhooks: createWebhookReaders(webhookSettings(config)),
    notifications: createNotificationInbox({ database, temporal }),
    paymentProviders: config.AVAILABLE_PAYMENT_PROVIDERS,
    authenticate: createAuthenticate(new TokenVerifier(keys, tokenRules(config)), () => new Date()),
    ...limits,
    trustProxy: config.TRUST_PROXY,
    checks: {
      database: () => database.ping(),
      temporal: () => temporal.ping(),
      token_keys: () => keys.check(),
    },
    openApi: openApiDocument({ rateLimit: documentedRateLimit(config) }),
    ...(config.PUBLIC_URL === undefined ? {} : { publicUrl: config.PUBLIC_URL }),
  });
  const server = await startHttpServer(app, {
    ...{ host: config.HOST, port: config.PORT },
    refuseRaw: rawRefusal(log, limits.rateLimit),
    bounds: { ...connectionBounds(config, isProxyOf(app)), log },
  });
  onClose('http', () => server.close(), { withinMs: httpCloseMs });
  log.info({ host: config.HOST, port: server.port }, 'the gateway is listening');
});

/** The adapters that read, place and change orders. */
function orderPorts(config: GatewayConfig, database: Database, temporal: Temporal) {
  const orders = createOrderReader(database);
  const lifecycle = createOrderLifecycleReader(database);
  return {
    orders,
    lifecycle,
    stores: Object.values(stores),
    resources: createResourceReader(database),
    commands: createCommandRunner({ database, lockTimeoutMs: config.CHANGE_TIMEOUT_MS, log }),
    ...erpPorts(config, database, temporal),
    accepted: createAcceptedOrders(temporal),
    catalogue: createCatalogueReader(database),
    stock: createStockReader(database),
    ...invoicePorts(database),
    sellers: createSellerReader(database),
    changes: createOperationReader({ temporal, lifecycle }),
    progress: createOrderProgressReader({ temporal, lifecycle }),
    commerce: rememberVariants(createCommerceReader(database), {
      awayMs: config.API_KEY_AWAY_MS,
      nowMs: () => performance.now(),
    }),
    allocations: createAllocationReader({ temporal, orders, log }),
    allocationTimeoutMs: config.ALLOCATION_TIMEOUT_MS,
    placer: createOrderPlacer({ temporal, orders, log, recordTimeoutMs: config.RECORD_TIMEOUT_MS }),
    changer: createOrderChanger({
      temporal,
      orders: lifecycle,
      changeTimeoutMs: config.CHANGE_TIMEOUT_MS,
    }),
  };
}

function invoicePorts(database: Database) {
  const invoices = createInvoiceReader(database);
  return { invoices, invoiceDocuments: createInvoiceDocuments(invoices) };
}

/** The adapters of ERP connections. Without keys to seal their secrets, no ERP can be connected, and no link to an invoice signed. */
function erpPorts(config: GatewayConfig, database: Database, temporal: Temporal) {
  const { ERP_SECRETS_KEY: keys, CHANGE_TIMEOUT_MS: timeoutMs } = config;
  const secrets = keys && new SecretBox(keys);
  return {
    erpConnections: createErpConnectionReader(database),
    erpSyncs: createErpSyncs({ temporal, timeoutMs }),
    ...(secrets ? { erpSecrets: secrets, linkSecrets: secrets } : {}),
  };
}

function apiKeyUses(config: GatewayConfig, database: Database): ApiKeyUses {
  return collectApiKeyUses({
    record: (uses) => recordApiKeyUses(database, uses),
    intervalMs: config.API_KEY_USE_INTERVAL_MS,
    log,
  });
}

function apiKeyAuthentication(config: GatewayConfig, apiKeys: ApiKeyReader, uses: ApiKeyUses): Authenticate {
  return createAuthenticateApiKey({
    ...{ apiKeys, cacheMs: config.API_KEY_CACHE_MS, awayMs: config.API_KEY_AWAY_MS },
    clock: () => new Date(),
    onUse: (apiKeyId, at) => {
      uses.add(apiKeyId, at);
    },
  });
}

/** The rate limits by address and, if configured, by principal. */
function rateLimits(config: GatewayConfig): Pick<GatewayDeps, 'rateLimit' | 'principalLimit'> {
  const { RATE_LIMIT_PRINCIPAL_MAX: principalMax, RATE_LIMIT_WINDOW_MS: windowMs } = config;
  const limit = (max: number): RateLimitDeps => ({
    store: new SlidingWindowStore({ max, windowMs }),
    limit: max,
    clock: () => performance.now(),
  });
  return {
    rateLimit: limit(config.RATE_LIMIT_MAX),
    ...(principalMax === undefined ? {} : { principalLimit: limit(principalMax) }),
  };
}

function documentedRateLimit(config: GatewayConfig) {
  const { RATE_LIMIT_PRINCIPAL_MAX: principalMax } = config;
  return {
    max: config.RATE_LIMIT_MAX,
    windowMs: config.RATE_LIMIT_WINDOW_MS,
    ...(principalMax === undefined ? {} : { principalMax }),
  };
}

function connectionBounds(config: GatewayConfig, isProxy: (address: string) => boolean): ServerBounds {
  return {
    maxConnections: config.MAX_CONNECTIONS,
    perClient: { max: config.MAX_CONNECTIONS_PER_CLIENT, clientOf: clientOfConnection(isProxy) },
  };
}

function readConfig(): GatewayConfig {
  try {
    return loadConfig(gatewayConfig, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`gateway: ${error.message}\n`);
    process.exit(1);
  }
}
