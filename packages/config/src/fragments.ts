import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

/** A TCP port; 0 lets the system choose. */
export const portNumber = port;
/** `true` or `false`, and nothing that merely looks like it. */
export const booleanFlag = flag;

export const environmentConfig = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export const databaseConfig = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a PostgreSQL URL, such as postgresql://user:password@host:5432/name'),
  /** How many connections this process may hold. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(10),
});

export const temporalConfig = z.object({
  /** `host:port` of the Temporal frontend, as Temporal Cloud and self-hosted servers give it. */
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port, such as 127.0.0.1:7233')
    .default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TLS: flag.default(false),
  /** Temporal Cloud's API key. Implies TLS. */
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  /** Paths of a client certificate and its key, for mutual TLS. Imply TLS. */
  TEMPORAL_TLS_CERT_PATH: z.string().min(1).optional(),
  TEMPORAL_TLS_KEY_PATH: z.string().min(1).optional(),
});
export type TemporalConfig = z.infer<typeof temporalConfig>;

export const healthConfig = z.object({
  HEALTH_HOST: z.string().min(1).default('127.0.0.1'),
  HEALTH_PORT: port,
});

/** What the connections of the Temporal SDK are made of. Reads the certificate's files. */
export interface TemporalConnectionOptions {
  readonly address: string;
  readonly tls?: boolean | { readonly clientCertPair: { readonly crt: Buffer; readonly key: Buffer } };
  readonly apiKey?: string;
}

/** @throws Error when only one of certificate and key is given, or a file cannot be read */
export function temporalConnectionOptions(
  config: TemporalConfig,
  readFile: (path: string) => Buffer,
): TemporalConnectionOptions {
  const { TEMPORAL_TLS_CERT_PATH: certPath, TEMPORAL_TLS_KEY_PATH: keyPath, TEMPORAL_API_KEY: apiKey } = config;
  if ((certPath === undefined) !== (keyPath === undefined)) {
    throw new Error('TEMPORAL_TLS_CERT_PATH and TEMPORAL_TLS_KEY_PATH go together');
  }
  const tls =
    certPath !== undefined && keyPath !== undefined
      ? { clientCertPair: { crt: readFile(certPath), key: readFile(keyPath) } }
      : config.TEMPORAL_TLS || apiKey !== undefined;
  return {
    address: config.TEMPORAL_ADDRESS,
    ...(tls === false ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}
