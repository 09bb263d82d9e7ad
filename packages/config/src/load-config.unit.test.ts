import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import {
  booleanFlag,
  ConfigError,
  databaseConfig,
  environmentConfig,
  healthConfig,
  loadConfig,
  portNumber,
  temporalConfig,
  temporalConnectionOptions,
  wholeNumber,
} from './index.js';

function faultsOf(schema: z.ZodType, env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const service = z.object({
  ...environmentConfig.shape,
  ...databaseConfig.shape,
  ...temporalConfig.shape,
  ...healthConfig.shape,
});

describe('loadConfig of a complete environment', () => {
  it('returns typed values, and defaults for absent variables', () => {
    const config = loadConfig(service, {
      DATABASE_URL: 'postgresql://u:p@h/d',
      HEALTH_PORT: '8081',
      TEMPORAL_TLS: 'true',
    });
    expect(config).toMatchObject({
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      HEALTH_PORT: 8081,
      TEMPORAL_TLS: true,
      TEMPORAL_NAMESPACE: 'default',
      DATABASE_POOL_SIZE: 10,
    });
  });

  it('counts an empty variable as absent', () => {
    expect(loadConfig(environmentConfig, { LOG_LEVEL: '' }).LOG_LEVEL).toBe('info');
  });
});

describe('loadConfig of an environment with faults', () => {
  it('reports all faults together, each with its variable and the allowed values', () => {
    expect(
      faultsOf(service, {
        LOG_LEVEL: 'loud',
        HEALTH_PORT: '99999',
        TEMPORAL_TLS: 'yes',
        TEMPORAL_ADDRESS: 'nowhere',
      }),
    ).toEqual([
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
      'DATABASE_URL is required: it must be a PostgreSQL URL, such as postgresql://user:password@host:5432/name',
      'TEMPORAL_ADDRESS must be host:port, such as 127.0.0.1:7233',
      'TEMPORAL_TLS must be true or false',
      'HEALTH_PORT must be a whole number from 0 to 65535',
    ]);
  });

  it('never repeats a given value, which may be a secret', () => {
    const secret = 'sk_live_verysecret';
    const faults = faultsOf(service, {
      DATABASE_URL: secret,
      NODE_ENV: secret,
      LOG_LEVEL: secret,
      HEALTH_PORT: secret,
      TEMPORAL_TLS: secret,
      TEMPORAL_ADDRESS: secret,
    });
    expect(faults).toHaveLength(6);
    expect(faults.join('\n')).not.toContain(secret);
  });

  it('reports a required variable that is absent', () => {
    expect(faultsOf(z.object({ SOME_KEY: z.string() }), {})).toEqual([
      'SOME_KEY is required: it must be a string',
    ]);
  });
});

describe('wholeNumber', () => {
  it.each(['1e3', '0x10', ' 5', '5.0', '-1', '11', '', '9'.repeat(400)])('refuses %j', (given) => {
    expect(wholeNumber({ min: 0, max: 10 }).safeParse(given).success).toBe(false);
  });
  it.each([
    ['0', 0],
    ['10', 10],
    ['007', 7],
  ])('reads %j as %d', (given, expected) => {
    expect(wholeNumber({ min: 0, max: 10 }).parse(given)).toBe(expected);
  });
});

describe('booleanFlag and portNumber', () => {
  it('accept exact values only', () => {
    expect(['TRUE', '1', 'yes'].some((given) => booleanFlag.safeParse(given).success)).toBe(false);
    expect(portNumber.parse('0')).toBe(0);
    expect(portNumber.safeParse('65536').success).toBe(false);
  });
});

describe('temporalConnectionOptions', () => {
  const read = (path: string) => Buffer.from(`content of ${path}`);
  const optionsFor = (env: Record<string, string>, readFile = read) =>
    temporalConnectionOptions(loadConfig(temporalConfig, env), readFile);

  it('connects without TLS by default', () => {
    expect(optionsFor({})).toEqual({ address: '127.0.0.1:7233' });
  });

  it('connects with TLS if an API key is given', () => {
    expect(optionsFor({ TEMPORAL_API_KEY: 'k' })).toEqual({
      address: '127.0.0.1:7233',
      tls: true,
      apiKey: 'k',
    });
  });

  it('connects with a client certificate if one is given', () => {
    expect(optionsFor({ TEMPORAL_TLS_CERT_PATH: 'c', TEMPORAL_TLS_KEY_PATH: 'k' }).tls).toEqual({
      clientCertPair: { crt: Buffer.from('content of c'), key: Buffer.from('content of k') },
    });
  });

  it('refuses a certificate without its key, and an unreadable file', () => {
    expect(() => optionsFor({ TEMPORAL_TLS_CERT_PATH: 'c' })).toThrow(ConfigError);
    expect(() =>
      optionsFor({ TEMPORAL_TLS_CERT_PATH: 'c', TEMPORAL_TLS_KEY_PATH: 'k' }, () => {
        throw new Error('ENOENT');
      }),
    ).toThrow('TEMPORAL_TLS_CERT_PATH must name a file that can be read');
  });
});
