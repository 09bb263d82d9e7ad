import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';

import { errorResource, openApiDocument } from '@oms/contracts/http';
import { stores } from '@oms/database';
import { SecretBox } from '@oms/outbound';
import { createLogger, type ServerBounds } from '@oms/observability';

import { createGatewayApp, isProxyOf, routesByToken, type GatewayDeps } from '../app.js';
import { createAuthenticateApiKey } from '../auth/authenticate-api-key.js';
import { createAuthenticate } from '../auth/authenticate.js';
import type { ResourceRoutesDeps } from '../commands/serve-resource.js';
import { devKey } from '../auth/dev-key.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { rawRefusal } from '../http/raw-refusal.js';
import { startHttpServer } from '../http-server.js';
import { clientOfConnection } from '../rate-limit/client-address.js';
import { SlidingWindowStore } from '../rate-limit/sliding-window-store.js';
import { commerceRoutes } from '../routes/orders/commerce/commerce-routes.js';
import { createInvoiceDocuments } from '../routes/invoices/invoice-documents.js';
import { MemoryOrders } from './memory-orders.js';
import { audience, issuer, mintToken, newIdentity } from './tokens.js';

/** Starts the real application on a real port, with orders in memory. */
export async function startTestGateway(
  options: {
    readonly rateLimitMax?: number;
    readonly principalMax?: number;
    /** Timeouts and the limit of all connections; by default those of the service. */
    readonly bounds?: Partial<ServerBounds>;
    readonly maxConnectionsPerClient?: number;
    /** Resources with a database, for tests about resources. */
    readonly resources?: ResourceRoutesDeps;
  } & Partial<Pick<GatewayDeps, 'trustProxy' | 'rateLimit' | 'webhooks' | 'notifications'>> = {},
) {
  const identity = newIdentity();
  const orders = new MemoryOrders();
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({ service: 'gateway', level: 'debug' }, collect(lines));
  const clock = { nowMs: 0 };
  const limits = options.rateLimit ?? {
    store: new SlidingWindowStore({ max: options.rateLimitMax ?? 1_000, windowMs: 60_000 }),
    limit: options.rateLimitMax ?? 1_000,
    clock: () => clock.nowMs,
  };
  const { principalMax } = options;
  const verifier = new TokenVerifier(devKey(identity.secret), { issuer, audience, maxAgeSeconds: 3_600 });
  const deps: GatewayDeps = {
    log,
    orders,
    accepted: orders,
    placer: orders,
    changer: { change: () => Promise.resolve({ kind: 'not_found' }) },
    lifecycle: nothingHappened,
    catalogue: emptyCatalogue,
    stock: { findStockedSkus: () => Promise.resolve([]) },
    invoices: noInvoices,
    invoiceDocuments: createInvoiceDocuments(noInvoices),
    sellers: { find: () => Promise.resolve(undefined) },
    progress: { find: () => Promise.resolve(undefined) },
    changes: { find: () => Promise.resolve(undefined) },
    ...(options.resources ?? { stores: Object.values(stores), resources: noResources, commands: noDatabase }),
    authenticateApiKey: createAuthenticateApiKey({
      ...{ apiKeys: { findByHash: () => Promise.resolve(undefined) }, cacheMs: 0, awayMs: 0 },
      clock: () => new Date(),
      onUse: () => undefined,
    }),
    commerce: {
      findVariants: () => Promise.resolve([]),
      findTrackingNumbers: () => Promise.resolve(new Map()),
    },
    allocations: { wait: () => Promise.resolve({ kind: 'undecided' }) },
    allocationTimeoutMs: 1_000,
    erpConnections: { find: () => Promise.resolve(undefined) },
    erpSyncs: { resync: () => Promise.resolve(), test: () => Promise.resolve(undefined) },
    erpSecrets: new SecretBox([randomBytes(32)]),
    linkSecrets: new SecretBox([randomBytes(32)]),
    authenticate: createAuthenticate(verifier, () => new Date()),
    rateLimit: limits,
    checks: { database: () => orders.ping() },
    openApi: openApiDocument(),
    webhooks: options.webhooks ?? {},
    notifications: options.notifications ?? { receive: () => Promise.resolve() },
    ...(principalMax === undefined
      ? {}
      : {
          principalLimit: {
            store: new SlidingWindowStore({ max: principalMax, windowMs: 60_000 }),
            limit: principalMax,
            clock: () => clock.nowMs,
          },
        }),
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
  };
  const app = createGatewayApp(deps);
  const server = await startHttpServer(app, {
    host: '127.0.0.1',
    port: 0,
    refuseRaw: rawRefusal(log, limits),
    bounds: {
      maxConnections: 1_000,
      perClient: {
        max: options.maxConnectionsPerClient ?? 1_000,
        clientOf: clientOfConnection(isProxyOf(app)),
      },
      log,
      ...options.bounds,
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const headers = {
    authorization: `Bearer ${mintToken(identity)}`,
    'x-tenant-id': identity.tenantId,
    'x-org-id': identity.orgId,
  };
  return {
    ...server,
    url,
    identity,
    orders,
    clock,
    routes: [...routesByToken(deps), ...commerceRoutes(deps)],
    /** The lines that were logged. */
    lines,
    /** Headers of an administrator of the test's own tenant. */
    headers,
    get: (path: string, changes: Readonly<Record<string, string>> = {}) =>
      fetch(`${url}${path}`, { headers: { ...headers, ...changes } }),
    post: (body: unknown, changes: Readonly<Record<string, string>> = {}) =>
      fetch(`${url}/api/v1/oms/orders`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...changes },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

/** Orders in memory do not change after they are recorded. */
const nothingHappened: GatewayDeps['lifecycle'] = {
  findParts: () => Promise.resolve(undefined),
  findMoney: () => Promise.resolve(undefined),
  findFacts: () => Promise.resolve(undefined),
  findChange: () => Promise.resolve(undefined),
  findOperation: () => Promise.resolve(undefined),
  findProgress: () => Promise.resolve(undefined),
  findToStart: () => Promise.resolve(undefined),
  findProof: () => Promise.resolve(undefined),
};

const emptyCatalogue: GatewayDeps['catalogue'] = {
  findProducts: () => Promise.resolve([]),
  listProducts: () => Promise.resolve({ products: [], hasMore: false }),
};

const noDatabase: GatewayDeps['commands'] = {
  run: () => Promise.reject(new Error('there is no database')),
};

const noResources: GatewayDeps['resources'] = {
  find: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  read: ({ resource }) => Promise.resolve({ ...resource.spec.defaults }),
};

const noInvoices: GatewayDeps['invoices'] = {
  listInvoices: () => Promise.resolve({ invoices: [], hasMore: false }),
  findInvoice: () => Promise.resolve(undefined),
  findOrderInvoices: () => Promise.resolve(undefined),
  findDocument: () => Promise.resolve(undefined),
  findPayment: () => Promise.resolve(undefined),
  listPayments: () => Promise.resolve({ payments: [], hasMore: false }),
};

/** The message of a refusal. Checks that its body has the declared schema. */
export async function errorOf(response: Response): Promise<string> {
  return errorResource.parse(await response.json()).error;
}

function collect(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      // pino writes one JSON object per line.
      for (const line of chunk.toString().trim().split('\n')) {
        lines.push(JSON.parse(line) as Record<string, unknown>);
      }
      done();
    },
  });
}
