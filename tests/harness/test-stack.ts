import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
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
  /** Additional variables of the services. They override those of the stack. */
  readonly env?: Readonly<Record<string, string>>;
  /** All services by default. */
  readonly services?: readonly ServiceName[];
  /** The database to use. By default, a new one on the run's server. */
  readonly databaseUrls?: DatabaseUrls;
  readonly isShared?: boolean;
}

export interface Claims {
  readonly tenantId?: string;
  readonly orgId?: string;
  readonly role?: string;
  /** In addition to the permissions of the role. */
  readonly permissions?: readonly string[];
}

/** The addresses and secrets of a running stack, as plain JSON for other processes. */
export interface StackAccess {
  readonly databaseUrls: DatabaseUrls;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly tokenSecret: string;
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Holds the logs and the simulator's state. */
  readonly folder: string;
  readonly paypalAuthority?: string;
  /** Variables over those that the stack gives its services. */
  readonly env: Readonly<Record<string, string>>;
  readonly isShared: boolean;
}

/** A running stack, used with a tenant and an organisation of its own. */
export interface StackClient {
  readonly api: ApiClient;
  /** Connected as the server's administrator, who has more privileges than the services. */
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
  /** Whether other tenants of other test files use the stack at the same time. */
  readonly isShared: boolean;
  /** The complete output of a service, restarts included. */
  readonly printedBy: (name: ServiceName) => Promise<string>;
  /** The variables that a service is started with. */
  readonly environment: (name: ServiceName) => Readonly<Record<string, string>>;
  /** The URL of a service's readiness probe. */
  readonly readyUrl: (name: ServiceName) => string;
  readonly gatewayUrl: string;
  readonly tokenSecret: string;
  /** A token of this tenant, unless the claims say otherwise. */
  token(claims: Claims): string;
  /** A client of another tenant, or with another role or more permissions. */
  apiAs(claims: Claims): ApiClient;
  /** A new variant with this many units at a new location. */
  stock(quantity: number): Promise<{ readonly variant_id: string; readonly location_id: string }>;
  /** Polls the API, as a client does, until the order has one of the statuses. */
  orderReaching(id: string, statuses: readonly string[], timeoutMs?: number): Promise<OrderBody>;
}

/** The processes of a stack. */
export interface StackProcesses {
  readonly access: StackAccess;
  service(name: ServiceName): ServiceProcess;
  /**
   * Starts another gateway with additional variables.
   *
   * @returns its address
   */
  startGateway(env: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

/** The complete product in separate processes, as in production, with a database and a namespace of its own. */
export interface TestStack extends StackClient, Omit<StackProcesses, 'access'> {}

const allServices: readonly ServiceName[] = [
  'payment-simulator',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
  'gateway',
];

const urlOf = ({ ports }: Pick<StackAccess, 'ports'>, name: ServiceName): string =>
  `http://127.0.0.1:${ports[name]}`;

function environmentOf(
  access: StackAccess,
  name: ServiceName,
  port = access.ports[name],
): Readonly<Record<string, string>> {
  const { databaseUrls, temporalAddress, namespace, tokenSecret, ports, folder, paypalAuthority, env } =
    access;
  return {
    ...serviceEnvironment(name, {
      databaseUrls,
      temporal: { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace },
      accounts: {},
      tokenSecret,
      ports: { ...ports, [name]: port },
      simulatorStateFile: path.join(folder, 'payment-simulator.ndjson'),
      ...(paypalAuthority === undefined ? {} : { paypalAuthority }),
    }),
    LOG_LEVEL: 'info',
    RATE_LIMIT_MAX: '1000000',
    // All clients of a test have one address.
    MAX_CONNECTIONS_PER_CLIENT: '10000',
    PAYMENT_TIMEOUT_MS: '2000',
    ...env,
  };
}

/** Starts the processes of a stack. Stopping them removes their folder. */
export async function startStackProcesses(options: TestStackOptions): Promise<StackProcesses> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-stack-'));
  const ports = Object.fromEntries(
    await Promise.all(allServices.map(async (name) => [name, await freePort()] as const)),
  ) as Record<ServiceName, number>; // Every name is in the list.
  let access: StackAccess = {
    databaseUrls: options.databaseUrls ?? (await createTestDatabase(options.postgresPort)),
    temporalAddress: options.temporalAddress,
    namespace: await createTestNamespace(options.temporalAddress),
    tokenSecret: randomBytes(32).toString('hex'),
    ports,
    folder,
    env: options.env ?? {},
    isShared: options.isShared ?? false,
  };
  const processOf = (
    name: ServiceName,
    logName: string,
    port = ports[name],
    env: Readonly<Record<string, string>> = {},
  ): ServiceProcess =>
    createServiceProcess({
      name,
      env: () => ({ ...environmentOf(access, name, port), ...env }),
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
  const start = async (name: ServiceName): Promise<void> => {
    service(name).launch();
    await service(name).untilReady();
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...processes.values(), ...moreGateways].map((process) => process.stop('SIGKILL')));
    const failed = await failedWorkflowTask(path.join(folder, 'order-worker.log'));
    if (!process.env['OMS_KEEP_LOGS']) await rm(folder, { recursive: true, force: true });
    if (failed !== undefined) throw new Error(`a workflow task failed: ${failed}`);
  };
  try {
    const names = options.services ?? allServices;
    if (names.includes('payment-simulator')) {
      await start('payment-simulator');
      access = { ...access, paypalAuthority: await findPayPalAuthority({ ports }) };
    }
    await Promise.all(names.filter((name) => name !== 'payment-simulator').map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    access,
    service,
    async startGateway(env) {
      const port = await freePort();
      const process = processOf('gateway', `gateway-${port}`, port, env);
      moreGateways.push(process);
      await process.start();
      return `http://127.0.0.1:${port}`;
    },
    stop,
  };
}

/**
 * Finds a failed workflow task in the log of the worker that ran it. Temporal tries it again, and often the order goes
 * on, so no other check tells of a fault in a workflow.
 */
async function failedWorkflowTask(logFile: string): Promise<string | undefined> {
  if (!existsSync(logFile)) return undefined;
  const log = await readFile(logFile, 'utf8');
  return log.split('\n').find((line) => line.includes('Failing workflow task'));
}

/** Connects to a running stack as a new tenant. */
export async function openStack(access: StackAccess): Promise<StackClient & { close(): Promise<void> }> {
  const { databaseUrls, namespace, ports, folder, tokenSecret } = access;
  const connection = await Connection.connect({ address: access.temporalAddress });
  const database = createDatabase({ connectionString: databaseUrls.administrator });
  const own = { tenantId: randomUUID(), orgId: randomUUID() };
  const token = (claims: Claims): string =>
    mintDevelopmentToken(tokenSecret, { ...own, role: 'admin', ...claims });
  const apiAs = ({ tenantId = own.tenantId, orgId = own.orgId, ...claims }: Claims): ApiClient =>
    createApiClient({
      ...{ baseUrl: urlOf(access, 'gateway'), tenantId, orgId },
      token: token({ tenantId, orgId, ...claims }),
    });
  const api = apiAs({});
  return {
    ...own,
    isShared: access.isShared,
    api,
    token,
    apiAs,
    database,
    databaseUrl: databaseUrls.administrator,
    databaseUrls,
    namespace,
    tokenSecret,
    printedBy: (name) => readFile(path.join(folder, `${name}.log`), 'utf8'),
    environment: (name) => environmentOf(access, name),
    readyUrl: (name) => readyUrl(ports[name]),
    gatewayUrl: urlOf(access, 'gateway'),
    simulatorUrl: urlOf(access, 'payment-simulator'),
    simulator: createSimulatorControl(urlOf(access, 'payment-simulator')),
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
    async close() {
      await database.close();
      await connection.close();
    },
  };
}

/** Starts a stack and connects to it as its only tenant. */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  const { access, ...processes } = await startStackProcesses(options);
  const { close, ...client } = await openStack(access).catch(async (error: unknown) => {
    await processes.stop();
    throw error;
  });
  return {
    ...client,
    ...processes,
    async stop() {
      await processes.stop();
      await close();
    },
  };
}
