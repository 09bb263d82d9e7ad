import { ConfigError, loadConfig } from '@oms/config';
import { describe, expect, it } from 'vitest';

import { integrationWorkerConfig } from './integration-worker-config.js';

const key = Buffer.alloc(32, 1).toString('base64');
const base = { DATABASE_URL: 'postgresql://oms@127.0.0.1/oms', HEALTH_PORT: '9104' };

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(integrationWorkerConfig, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration of the integration worker', () => {
  it('reaches the public internet alone, unless it is told otherwise', () => {
    expect(loadConfig(integrationWorkerConfig, { ...base, ERP_SECRETS_KEY: key })).toMatchObject({
      ERP_SECRETS_KEY: [Buffer.alloc(32, 1)],
      ERP_ALLOWED_ADDRESS_RANGES: [],
      ERP_TIMEOUT_MS: 30_000,
    });
    const ranges = { ERP_ALLOWED_ADDRESS_RANGES: '10.1.0.0/16, ::1/128' };
    expect(loadConfig(integrationWorkerConfig, { ...base, ...ranges, ERP_SECRETS_KEY: key })).toMatchObject({
      ERP_ALLOWED_ADDRESS_RANGES: ['10.1.0.0/16', '::1/128'],
    });
  });

  it('needs the key that secrets are sealed with, and names all faults without what was given', () => {
    const given = { ERP_ALLOWED_ADDRESS_RANGES: '10.1.0.0', ERP_TIMEOUT_MS: '1' };
    const message =
      'must be 32 random bytes in base64; several keys are separated by commas, the newest first';
    const others = [
      'ERP_ALLOWED_ADDRESS_RANGES must be ranges in CIDR notation separated by commas, such as 10.1.0.0/16',
      'ERP_TIMEOUT_MS must be a whole number from 100 to 60000',
    ];
    expect(faultsOf({ ...base, ...given })).toEqual([
      `ERP_SECRETS_KEY is required: it ${message}`,
      ...others,
    ]);
    expect(faultsOf({ ...base, ...given, ERP_SECRETS_KEY: `${key},c2hvcnQ=` })).toEqual([
      `ERP_SECRETS_KEY ${message}`,
      ...others,
    ]);
  });
});
