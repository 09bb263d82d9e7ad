import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { createDatabase, receiveStock, type Database } from '@oms/database';
import type { DatabaseUrls } from '@oms/database/migrate';
import {
  createServiceProcess,
  eventually,
  findPayPalAuthority,
  freePort,
  mintDevelopmentToken,
  readyUrl,
  serviceEnvironment,
  type ServiceName,
  type ServiceProcess,
} from '@oms/stack';
import { Client, Connection } from '@temporalio/client';

import { createApiClient, type ApiClient, type OrderBody } from './api-client.js';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.js';
import { createTestDatabase } from './test-database.js';
import { createTestNamespace } from './test-namespace.js';

export interface TestStackOptions {
  readonly postgresPort: number;
  readonly temporalAddress: string;
  /** Variables for one service or all, over those that the stack gives them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Left out: all of them. */
  readonly services?: readonly ServiceName[];
  /** Where another database than a fresh one of the run's server is to be used. */
  readonly databaseUrls?: DatabaseUrls;
}

export interface Claims {
  readonly tenantId?: string;
  readonly orgId?: string;
  readonly role?: string;
  /** Beside what the role carries. */
  readonly permissions?: readonly string[];
}

/** The whole product as it runs in production, in processes of its own, with a database and a namespace of its own. */
export interface TestStack {
  readonly api: ApiClient;
  /** As the server's administrator, who may do what no service may. */
  readonly database: Database;
  /** The administrator's. */
  readonly databaseUrl: string;
  readonly databaseUrls: DatabaseUrls;
  readonly namespace: string;
  readonly simulator: SimulatorControl;
  readonly simulatorUrl: string;
  readonly temporal: Client;
  readonly tenantId: string;
  readonly orgId: string;
  readonly service: (name: ServiceName) => ServiceProcess;
  /** All that a service has printed, over its restarts. */
  readonly printedBy: (name: ServiceName) => Promise<string>;
  /** The variables that a service is started with. */
  readonly environment: (name: ServiceName) => Readonly<Record<string, string>>;
  /** Where a service says whether it is ready. */
  readonly readyUrl: (name: ServiceName) => string;
  readonly gatewayUrl: string;
  /** Starts another gateway beside the first, with variables of its own. @returns its address */
  startGateway(env: Readonly<Record<string, string>>): Promise<string>;
  readonly tokenSecret: string;
  /** A token of this stack's tenant, unless the claims say otherwise. */
  token(claims: Claims): string;
  /** A client of another tenant, or with another role or more permissions. */
  apiAs(claims: Claims): ApiClient;
  /** A new variant with this many units at a new location. */
  stock(quantity: number): Promise<{ readonly variant_id: string; readonly location_id: string }>;
  /** Polls the API, as a client does, until the order has one of the statuses. */
  orderReaching(id: string, statuses: readonly string[], timeoutMs?: number): Promise<OrderBody>;
  stop(): Promise<void>;
}

const allServices: readonly ServiceName[] = [
  'payment-simulator',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
  'gateway',
];

export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-stack-'));
  const databaseUrls = options.databaseUrls ?? (await createTestDatabase(options.postgresPort));
  const databaseUrl = databaseUrls.administrator;
  const namespace = await createTestNamespace(options.temporalAddress);
  const ports = Object.fromEntries(
    await Promise.all(allServices.map(async (name) => [name, await freePort()] as const)),
  ) as Record<ServiceName, number>; // Every name is in the list.
  const url = (name: ServiceName): string => `http://127.0.0.1:${ports[name]}`;
  const tokenSecret = randomBytes(32).toString('hex');
  const addresses = {
    databaseUrls,
    temporal: { TEMPORAL_ADDRESS: options.temporalAddress, TEMPORAL_NAMESPACE: namespace },
    accounts: {},
    tokenSecret,
    ports,
    simulatorStateFile: path.join(folder, 'payment-simulator.ndjson'),
  };
  let paypalAuthority: string | undefined;
  const environment = (name: ServiceName, port = ports[name]): Readonly<Record<string, string>> => ({
    ...serviceEnvironment(name, {
      ...{ ...addresses, ports: { ...ports, [name]: port } },
      ...(paypalAuthority === undefined ? {} : { paypalAuthority }),
    }),
    LOG_LEVEL: 'info',
    RATE_LIMIT_MAX: '1000000',
    // All clients of a test have one address.
    MAX_CONNECTIONS_PER_CLIENT: '10000',
    PAYMENT_TIMEOUT_MS: '2000',
    ...options.env,
  });
  const processOf = (
    name: ServiceName,
    logName: string,
    port = ports[name],
    env: Readonly<Record<string, string>> = {},
  ): ServiceProcess =>
    createServiceProcess({
      name,
      env: () => ({ ...environment(name, port), ...env }),
      readyUrl: readyUrl(port),
      logFile: path.join(folder, `${logName}.log`),
    });
  const processes = new Map(allServices.map((name) => [name, processOf(name, name)]));
  const moreGateways: ServiceProcess[] = [];
  const service = (name: ServiceName): ServiceProcess => {
    const process = processes.get(name);
    if (!process) throw new Error(`there is no service ${name}`);
    return process;
  };
  const connection = await Connection.connect({ address: options.temporalAddress });
  const database = createDatabase({ connectionString: databaseUrl });
  const own = { tenantId: randomUUID(), orgId: randomUUID() };
  const token = (claims: Claims): string =>
    mintDevelopmentToken(tokenSecret, { ...own, role: 'admin', ...claims });
  const apiAs = ({ tenantId = own.tenantId, orgId = own.orgId, ...claims }: Claims): ApiClient =>
    createApiClient({
      ...{ baseUrl: url('gateway'), tenantId, orgId },
      token: token({ tenantId, orgId, ...claims }),
    });
  const api = apiAs({});
  const stop = async (): Promise<void> => {
    await Promise.all([...processes.values(), ...moreGateways].map((process) => process.stop('SIGKILL')));
    await database.close();
    await connection.close();
    if (!process.env['OMS_KEEP_LOGS']) await rm(folder, { recursive: true, force: true });
  };
  try {
    const names = options.services ?? allServices;
    if (names.includes('payment-simulator')) {
      await service('payment-simulator').start();
      paypalAuthority = await findPayPalAuthority(addresses);
    }
    await Promise.all(
      names.filter((name) => name !== 'payment-simulator').map((name) => service(name).start()),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...own,
    api,
    token,
    apiAs,
    database,
    databaseUrl,
    databaseUrls,
    namespace,
    tokenSecret,
    service,
    printedBy: (name) => readFile(path.join(folder, `${name}.log`), 'utf8'),
    environment: (name) => environment(name),
    readyUrl: (name) => readyUrl(ports[name]),
    gatewayUrl: url('gateway'),
    async startGateway(env) {
      const port = await freePort();
      const process = processOf('gateway', `gateway-${port}`, port, env);
      moreGateways.push(process);
      await process.start();
      return `http://127.0.0.1:${port}`;
    },
    simulatorUrl: url('payment-simulator'),
    simulator: createSimulatorControl(url('payment-simulator')),
    temporal: new Client({ connection, namespace }),
    async stock(quantity) {
      const level = { variantId: randomUUID(), locationId: randomUUID() };
      if (quantity > 0) await receiveStock(database, { ...own, ...level, quantity, reason: 'test' });
      return { variant_id: level.variantId, location_id: level.locationId };
    },
    orderReaching: (id, statuses, timeoutMs = 90_000) =>
      eventually(
        `order ${id} becoming ${statuses.join(' or ')}`,
        async () => {
          const { status, body } = await api.getOrder(id);
          if (status === 200 && statuses.includes(body.status)) return body;
          throw new Error(`it is ${status} ${JSON.stringify(body)}`);
        },
        { timeoutMs },
      ),
    stop,
  };
}
