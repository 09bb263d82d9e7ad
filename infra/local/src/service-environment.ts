import { developmentAudience, developmentIssuer } from './development-token.js';
import type { ServiceName } from './service-process.js';

/** Where everything is that the services of one stack use. */
export interface StackAddresses {
  readonly databaseUrl: string;
  /** TEMPORAL_… variables, as the services read them. */
  readonly temporal: Readonly<Record<string, string>>;
  readonly stripe: { readonly apiKey: string; readonly baseUrl?: string };
  readonly tokenSecret: string;
  readonly ports: Readonly<Record<ServiceName, number>>;
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
      };
    case 'order-worker':
    case 'inventory-worker':
      return { ...common, HEALTH_PORT: port };
    case 'payment-worker':
      return {
        ...common,
        HEALTH_PORT: port,
        STRIPE_API_KEY: addresses.stripe.apiKey,
        ...(addresses.stripe.baseUrl === undefined ? {} : { STRIPE_API_BASE_URL: addresses.stripe.baseUrl }),
      };
    case 'payment-simulator':
      return { PORT: port, STATE_FILE: addresses.simulatorStateFile };
  }
}

/** The path at which a service says whether it is ready. */
export function readyUrl(port: number): string {
  return `http://127.0.0.1:${port}/readyz`;
}
