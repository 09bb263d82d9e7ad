import { z } from 'zod';

import { booleanFlag } from './fragments.js';
import { ConfigError } from './load-config.js';

/** The connection to Temporal: to a self-hosted server, or to Temporal Cloud with an API key or client certificate. */
export const temporalConfig = z.object({
  /** `host:port` of the Temporal frontend. */
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be host:port, such as 127.0.0.1:7233')
    .default('127.0.0.1:7233'),
  /** The namespace of the workflows. */
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** The first part of the names of all workflows and task queues, for a namespace that several installations share. */
  TEMPORAL_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be up to 40 lower-case letters, digits or hyphens')
    .optional(),
  /** Whether to use TLS without an API key or a client certificate. */
  TEMPORAL_TLS: booleanFlag.default(false),
  /** Temporal Cloud's API key. Implies TLS. */
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  /** The path of a client certificate, for mutual TLS. Implies TLS. */
  TEMPORAL_TLS_CERT_PATH: z.string().min(1).optional(),
  /** The path of the key of the client certificate. */
  TEMPORAL_TLS_KEY_PATH: z.string().min(1).optional(),
});
export type TemporalConfig = z.infer<typeof temporalConfig>;

/** The options of a connection of the Temporal SDK. */
export interface TemporalConnectionOptions {
  readonly address: string;
  readonly tls?: boolean | { readonly clientCertPair: { readonly crt: Buffer; readonly key: Buffer } };
  readonly apiKey?: string;
}

/**
 * Derives the SDK's connection options from the configuration.
 *
 * @param readFile reads the certificate and its key
 * @throws ConfigError if only one of certificate and key is given, or a file cannot be read
 */
export function temporalConnectionOptions(
  config: TemporalConfig,
  readFile: (path: string) => Buffer,
): TemporalConnectionOptions {
  const tls =
    clientCertificate(config, readFile) ?? (config.TEMPORAL_TLS || config.TEMPORAL_API_KEY !== undefined);
  return {
    address: config.TEMPORAL_ADDRESS,
    ...(tls === false ? {} : { tls }),
    ...(config.TEMPORAL_API_KEY === undefined ? {} : { apiKey: config.TEMPORAL_API_KEY }),
  };
}

function clientCertificate(config: TemporalConfig, readFile: (path: string) => Buffer) {
  const { TEMPORAL_TLS_CERT_PATH: certPath, TEMPORAL_TLS_KEY_PATH: keyPath } = config;
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    throw new ConfigError(['TEMPORAL_TLS_CERT_PATH and TEMPORAL_TLS_KEY_PATH go together']);
  }
  const read = (variable: string, path: string): Buffer => {
    try {
      return readFile(path);
    } catch {
      throw new ConfigError([`${variable} must name a file that can be read`]);
    }
  };
  return {
    clientCertPair: {
      crt: read('TEMPORAL_TLS_CERT_PATH', certPath),
      key: read('TEMPORAL_TLS_KEY_PATH', keyPath),
    },
  };
}
