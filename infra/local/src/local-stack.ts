import { writeFile } from 'node:fs/promises';

import { migrateDatabase } from '@oms/database/migrate';

import { demo, exampleOrder, seedDemo } from './demo-data.js';
import { mintDevelopmentToken } from './development-token.js';
import { provideDatabase, provideTemporal, type OnClose, type Say } from './embedded.js';
import type { LocalConfig } from './local-config.js';
import { developmentSecret, localPaths } from './local-paths.js';
import { assertPortFree } from './ports.js';
import { readyUrl, serviceEnvironment, type StackAddresses } from './service-environment.js';
import { createServiceProcess, type ServiceName } from './service-process.js';
import type { Supervisor } from './supervisor.js';

/** What `.local/stack.json` tells a script, and the end of `npm start` a person. */
export interface StackDescription {
  readonly gateway_url: string;
  readonly temporal_address: string;
  readonly temporal_namespace: string;
  readonly temporal_ui_url: string | null;
  readonly database_url: string;
  readonly payment_simulator_url: string | null;
  readonly tenant_id: string;
  readonly org_id: string;
  readonly token: string;
  readonly variant_ids: readonly string[];
  readonly location_id: string;
}

const portVariables = {
  gateway: 'GATEWAY_PORT',
  'order-worker': 'ORDER_WORKER_PORT',
  'payment-worker': 'PAYMENT_WORKER_PORT',
  'inventory-worker': 'INVENTORY_WORKER_PORT',
  'payment-simulator': 'PAYMENT_SIMULATOR_PORT',
} as const satisfies Record<ServiceName, keyof LocalConfig>;

/** Starts everything, in the order in which it needs each other, and resolves when the gateway is ready. */
export async function startLocalStack(
  config: LocalConfig,
  {
    say,
    supervisor,
    onClose,
  }: { readonly say: Say; readonly supervisor: Supervisor; readonly onClose: OnClose },
): Promise<StackDescription> {
  const databaseUrl = await provideDatabase(config, say, supervisor, onClose);
  const applied = await migrateDatabase(databaseUrl);
  say(applied.length > 0 ? `database: applied ${applied.join(', ')}` : 'database: up to date');
  const temporal = await provideTemporal(config, say, supervisor, onClose);

  const ports = Object.fromEntries(
    Object.entries(portVariables).map(([name, variable]) => [name, config[variable]]),
  ) as Record<ServiceName, number>; // The table above has every service.
  const simulatorUrl = config.STRIPE_API_KEY ? undefined : `http://127.0.0.1:${ports['payment-simulator']}`;
  const addresses: StackAddresses = {
    databaseUrl,
    temporal: temporal.env,
    stripe: {
      apiKey: config.STRIPE_API_KEY ?? 'sk_test_local',
      ...(simulatorUrl === undefined ? {} : { baseUrl: simulatorUrl }),
    },
    tokenSecret: await developmentSecret(),
    ports,
    simulatorStateFile: localPaths.simulatorState,
  };
  const names: readonly ServiceName[] = [
    ...(simulatorUrl === undefined ? [] : (['payment-simulator'] as const)),
    'order-worker',
    'payment-worker',
    'inventory-worker',
    'gateway',
  ];
  say(`services: starting ${names.join(', ')}`);
  await Promise.all(names.map((name) => startService(name, addresses, config, supervisor, onClose)));
  await seedDemo(databaseUrl);
  return describe(addresses, temporal, simulatorUrl);
}

async function startService(
  name: ServiceName,
  addresses: StackAddresses,
  config: LocalConfig,
  supervisor: Supervisor,
  onClose: OnClose,
): Promise<void> {
  const port = addresses.ports[name];
  await assertPortFree(port, portVariables[name]);
  const service = createServiceProcess({
    name,
    env: { ...serviceEnvironment(name, addresses), LOG_LEVEL: config.LOG_LEVEL },
    readyUrl: readyUrl(port),
    logFile: localPaths.log(name),
  });
  onClose(name, () => service.stop());
  await service.start();
  supervisor.superviseService(service);
}

async function describe(
  addresses: StackAddresses,
  temporal: { readonly address: string; readonly namespace: string; readonly uiUrl?: string },
  simulatorUrl: string | undefined,
): Promise<StackDescription> {
  const description: StackDescription = {
    gateway_url: `http://127.0.0.1:${addresses.ports.gateway}`,
    temporal_address: temporal.address,
    temporal_namespace: temporal.namespace,
    temporal_ui_url: temporal.uiUrl ?? null,
    database_url: addresses.databaseUrl,
    payment_simulator_url: simulatorUrl ?? null,
    tenant_id: demo.tenantId,
    org_id: demo.orgId,
    token: mintDevelopmentToken(addresses.tokenSecret, { ...demo, role: 'admin' }),
    variant_ids: demo.variants.map(({ variantId }) => variantId),
    location_id: demo.locationId,
  };
  await writeFile(localPaths.stackFile, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  return description;
}

/** What a person reads when the stack is up. */
export function welcome(stack: StackDescription): string {
  const headers = [
    `Authorization: Bearer ${stack.token}`,
    `X-Tenant-ID: ${stack.tenant_id}`,
    `X-Org-ID: ${stack.org_id}`,
    'Content-Type: application/json',
  ];
  const curl = [
    `curl -X POST ${stack.gateway_url}/api/v1/oms/orders`,
    ...headers.map((header) => `-H '${header}'`),
    `-d '${JSON.stringify(exampleOrder)}'`,
  ];
  return [
    '',
    `API                ${stack.gateway_url}   (documentation: ${stack.gateway_url}/docs)`,
    `Temporal Web UI    ${stack.temporal_ui_url ?? 'not embedded'}`,
    `Payment simulator  ${stack.payment_simulator_url === null ? 'not used' : `${stack.payment_simulator_url}/control`}`,
    `Token of the demo tenant (30 days)\n${stack.token}`,
    '',
    'Place the example order:',
    '',
    curl.join(' '),
    '',
    'Ctrl-C stops everything; the data stays in .local/',
    '',
  ].join('\n');
}
