import { createHmac } from 'node:crypto';

import type { DatabaseUrls } from '@oms/database/migrate';

import { providerEnvironment, type ConnectedProviders } from './provider-environment.js';
import { developmentAudience, developmentIssuer } from './development-token.js';
import type { ServiceName } from './service-process.js';

/** The addresses of all servers that the services of one stack use. */
export interface StackAddresses extends ConnectedProviders {
  /** Each service has its own role in the database. */
  readonly databaseUrls: Pick<DatabaseUrls, 'worker' | 'gateway'>;
  /** The services' TEMPORAL_… variables. */
  readonly temporal: Readonly<Record<string, string>>;
  readonly simulatorStateFile: string;
}

/** The environment of each service, made from the addresses of its stack. */
export function serviceEnvironment(
  name: ServiceName,
  addresses: StackAddresses,
): Readonly<Record<string, string>> {
  const port = String(addresses.ports[name]);
  const role = name === 'gateway' ? 'gateway' : 'worker';
  const common = {
    NODE_ENV: 'development',
    DATABASE_URL: addresses.databaseUrls[role],
    ...addresses.temporal,
  };
  switch (name) {
    case 'gateway':
      return {
        ...common,
        PORT: port,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        JWT_ISSUER: developmentIssuer,
        JWT_AUDIENCE: developmentAudience,
        JWT_DEV_SECRET: addresses.tokenSecret,
        ...erpKey(addresses),
        ...providerEnvironment(name, addresses),
      };
    case 'order-worker':
    case 'inventory-worker':
      return { ...common, HEALTH_PORT: port };
    case 'integration-worker':
      // Allows an ERP on this machine for a trial.
      return {
        ...common,
        HEALTH_PORT: port,
        ERP_ALLOWED_ADDRESS_RANGES: '127.0.0.0/8,::1/128',
        ...erpKey(addresses),
      };
    case 'payment-worker':
      return {
        ...common,
        HEALTH_PORT: port,
        ...providerEnvironment(name, addresses),
      };
    case 'payment-simulator':
      return {
        PORT: port,
        STATE_FILE: addresses.simulatorStateFile,
        ...providerEnvironment(name, addresses),
      };
  }
}

/** The key is the same after a restart, so stored secrets can still be opened. */
function erpKey({ tokenSecret }: StackAddresses): Readonly<Record<string, string>> {
  return { ERP_SECRETS_KEY: createHmac('sha256', tokenSecret).update('secrets of ERPs').digest('base64') };
}

/** The URL of a service's readiness probe. */
export function readyUrl(port: number): string {
  return `http://127.0.0.1:${port}/readyz`;
}
