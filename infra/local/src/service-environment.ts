import { providerEnvironment, type ConnectedProviders } from './provider-environment.js';
import { developmentAudience, developmentIssuer } from './development-token.js';
import type { ServiceName } from './service-process.js';

/** Where everything is that the services of one stack use. */
export interface StackAddresses extends ConnectedProviders {
  readonly databaseUrl: string;
  /** TEMPORAL_… variables, as the services read them. */
  readonly temporal: Readonly<Record<string, string>>;
  readonly simulatorStateFile: string;
}

/** The environment of each service, made of the addresses of its stack. */
export function serviceEnvironment(
  name: ServiceName,
  addresses: StackAddresses,
): Readonly<Record<string, string>> {
  const port = String(addresses.ports[name]);
  const common = { NODE_ENV: 'development', DATABASE_URL: addresses.databaseUrl, ...addresses.temporal };
  switch (name) {
    case 'gateway':
      return {
        ...common,
        PORT: port,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        JWT_ISSUER: developmentIssuer,
        JWT_AUDIENCE: developmentAudience,
        JWT_DEV_SECRET: addresses.tokenSecret,
        ...providerEnvironment(name, addresses),
      };
    case 'order-worker':
    case 'inventory-worker':
      return { ...common, HEALTH_PORT: port };
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

/** The path at which a service says whether it is ready. */
export function readyUrl(port: number): string {
  return `http://127.0.0.1:${port}/readyz`;
}
