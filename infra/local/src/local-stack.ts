import path from 'node:path';

import { createOrderExample } from '@oms/contracts/http';
import { migrateDatabase } from '@oms/database/migrate';

import { demoApiKey } from './demo-api-key.js';
import { demo, seedDemo } from './demo-data.js';
import { mintDevelopmentToken } from './development-token.js';
import {
  provideDatabase,
  provideTemporal,
  type ProvidedTemporal,
  type RoleUrls,
  type StackContext,
} from './embedded.js';
import { accountVariables, passedOn, type LocalConfig } from './local-config.js';
import { developmentSecret } from './local-paths.js';
import { assertPortsFree } from './ports.js';
import { eventually } from './processes.js';
import { findPayPalAuthority } from './provider-environment.js';
import { readyUrl, serviceEnvironment, type StackAddresses } from './service-environment.js';
import { createServiceProcess, type ServiceName } from './service-process.js';

/** The content of `.local/stack.json` while the stack runs. `npm start` prints it at its end. */
export interface StackDescription {
  readonly gateway_url: string;
  readonly temporal_address: string;
  readonly temporal_namespace: string;
  readonly temporal_ui_url: string | null;
  /** URLs of the same database: as the owner of its tables, and as the role of the workers. */
  readonly database_url: string;
  readonly database_worker_url: string;
  readonly payment_simulator_url: string | null;
  readonly tenant_id: string;
  readonly org_id: string;
  readonly token: string;
  /** The demo tenant's key of the Commerce API. */
  readonly api_key: string;
  readonly variant_ids: readonly string[];
  readonly location_id: string;
}

const portVariables = {
  gateway: 'GATEWAY_PORT',
  'order-worker': 'ORDER_WORKER_PORT',
  'payment-worker': 'PAYMENT_WORKER_PORT',
  'inventory-worker': 'INVENTORY_WORKER_PORT',
  'integration-worker': 'INTEGRATION_WORKER_PORT',
  'payment-simulator': 'PAYMENT_SIMULATOR_PORT',
} as const satisfies Record<ServiceName, keyof LocalConfig>;

/**
 * Starts all parts in the order of their dependencies, and resolves when the gateway is ready.
 *
 * @throws Error that names the cause: a taken port, a server that does not answer, a service that ends
 */
export async function startLocalStack(context: StackContext): Promise<StackDescription> {
  const { config, paths, say } = context;
  const names = servicesOf(config);
  await assertPortsFree(wantedPorts(config, names));
  const { urls: databaseUrls, throughCrashes } = await provideDatabase(context);
  const applied = await throughCrashes(() => migrateDatabase(databaseUrls.owner));
  say(applied.length > 0 ? `database: applied ${applied.join(', ')}` : 'database: up to date');
  const temporal = await provideTemporal(context);

  const ports = Object.fromEntries(
    Object.entries(portVariables).map(([name, variable]) => [name, config[variable]]),
  ) as Record<ServiceName, number>; // The table above has every service.
  const simulatorUrl = config.STRIPE_API_KEY ? undefined : `http://127.0.0.1:${ports['payment-simulator']}`;
  const addresses: StackAddresses = {
    databaseUrls,
    temporal: temporal.env,
    accounts: given(config, ['STRIPE_API_KEY', ...accountVariables]),
    tokenSecret: await developmentSecret(paths),
    ports,
    simulatorStateFile: paths.simulatorState,
  };
  if (simulatorUrl === undefined) say('payment simulator: not started, since STRIPE_API_KEY is set');
  say(`services: starting ${names.join(', ')}`);
  await startServices(names, addresses, context);
  await throughCrashes(() => seedDemo(databaseUrls.owner, addresses.tokenSecret));
  return describe(addresses, { databaseUrls, temporal, simulatorUrl });
}

function servicesOf(config: LocalConfig): readonly ServiceName[] {
  return [
    ...(config.STRIPE_API_KEY ? [] : (['payment-simulator'] as const)),
    'order-worker',
    'payment-worker',
    'inventory-worker',
    'integration-worker',
    'gateway',
  ];
}

/** The ports to check before the start, so that a taken port fails it before a part runs. */
function wantedPorts(config: LocalConfig, names: readonly ServiceName[]) {
  const variables = [
    ...(config.DATABASE_URL ? [] : (['POSTGRES_PORT'] as const)),
    ...(config.TEMPORAL_ADDRESS ? [] : (['TEMPORAL_PORT', 'TEMPORAL_UI_PORT'] as const)),
    ...names.map((name) => portVariables[name]),
  ];
  return variables.map((variable) => ({ port: config[variable], variable }));
}

/** Starts the simulator first, because the gateway needs the certificate authority of its webhooks. */
async function startServices(
  names: readonly ServiceName[],
  addresses: StackAddresses,
  context: StackContext,
): Promise<void> {
  let complete = addresses;
  if (names.includes('payment-simulator')) {
    await startService('payment-simulator', addresses, context);
    const paypalAuthority = await eventually('the payment simulator’s answer', () =>
      findPayPalAuthority(addresses),
    );
    complete = { ...addresses, paypalAuthority };
  }
  const others = names.filter((name) => name !== 'payment-simulator');
  await Promise.all(others.map((name) => startService(name, complete, context)));
}

/** Those variables of a list that are set. */
function given(config: LocalConfig, names: readonly (keyof LocalConfig)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => (config[name] === undefined ? [] : [[name, String(config[name])] as const])),
  );
}

async function startService(
  name: ServiceName,
  addresses: StackAddresses,
  { config, paths, supervisor }: StackContext,
): Promise<void> {
  const service = createServiceProcess({
    name,
    env: () => ({
      ...serviceEnvironment(name, addresses),
      ...given(config, passedOn),
      LOG_LEVEL: config.LOG_LEVEL,
    }),
    readyUrl: readyUrl(addresses.ports[name]),
    logFile: paths.log(name),
    pidFile: paths.pid(name),
  });
  await supervisor.startFirst(name, () => service.start());
  supervisor.superviseService(service);
}

interface DescribedParts {
  readonly databaseUrls: RoleUrls;
  readonly temporal: ProvidedTemporal;
  readonly simulatorUrl: string | undefined;
}

function describe(
  addresses: StackAddresses,
  { databaseUrls, temporal, simulatorUrl }: DescribedParts,
): StackDescription {
  return {
    gateway_url: `http://127.0.0.1:${addresses.ports.gateway}`,
    temporal_address: temporal.address,
    temporal_namespace: temporal.namespace,
    temporal_ui_url: temporal.uiUrl ?? null,
    database_url: databaseUrls.owner,
    database_worker_url: databaseUrls.worker,
    payment_simulator_url: simulatorUrl ?? null,
    tenant_id: demo.tenantId,
    org_id: demo.orgId,
    token: mintDevelopmentToken(addresses.tokenSecret, { ...demo, role: 'admin' }),
    api_key: demoApiKey(addresses.tokenSecret),
    variant_ids: demo.variants.map(({ variantId }) => variantId),
    location_id: demo.locationId,
  };
}

/** The message of a ready stack. */
export function welcome(stack: StackDescription, dataDir: string): string {
  const headers = [
    `Authorization: Bearer ${stack.token}`,
    `X-Tenant-ID: ${stack.tenant_id}`,
    `X-Org-ID: ${stack.org_id}`,
    'Content-Type: application/json',
  ];
  const curl = [
    `curl -X POST ${stack.gateway_url}/api/v1/oms/orders`,
    ...headers.map((header) => `-H '${header}'`),
    `-d '${JSON.stringify(createOrderExample)}'`,
  ];
  return [
    '',
    `API                ${stack.gateway_url}   (documentation: ${stack.gateway_url}/docs)`,
    `Temporal Web UI    ${stack.temporal_ui_url ?? 'not embedded'}`,
    `Payment simulator  ${stack.payment_simulator_url === null ? 'not used' : `${stack.payment_simulator_url}/control`}`,
    `Token of the demo tenant (30 days)\n${stack.token}`,
    `API key of the demo tenant for the Commerce API (/v1/orders)\n${stack.api_key}`,
    '',
    'Place the example order:',
    '',
    curl.join(' '),
    '',
    `Ctrl-C stops everything; the data stays in ${path.relative(process.cwd(), dataDir) || '.'}/`,
    '',
  ].join('\n');
}
