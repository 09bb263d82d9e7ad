import { ConfigError, loadConfig } from '@oms/config';
import { describe, expect, it } from 'vitest';

import { gatewayConfig } from './gateway-config.js';

const secret = 'a-development-secret-of-32-bytes-and-more';
const jwksUrl = 'https://issuer.example/jwks.json';
const base = {
  DATABASE_URL: 'postgresql://oms@127.0.0.1/oms',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'orders-api',
};
const load = (env: Readonly<Record<string, string>>) => loadConfig(gatewayConfig, env);

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration of the gateway', () => {
  it('needs few variables, and listens on this machine only by default', () => {
    expect(load({ ...base, JWT_DEV_SECRET: secret })).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8_080,
      RATE_LIMIT_MAX: 100,
      RATE_LIMIT_WINDOW_MS: 60_000,
      RECORD_TIMEOUT_MS: 2_000,
      CHANGE_TIMEOUT_MS: 5_000,
      TRUST_PROXY: 0,
      MAX_CONNECTIONS: 10_000,
      MAX_CONNECTIONS_PER_CLIENT: 200,
    });
  });

  it('reports all faults at once, also those between two variables', () => {
    const faults = faultsOf({ PORT: 'http', NODE_ENV: 'production', JWT_DEV_SECRET: secret }).join('\n');
    for (const name of ['PORT', 'DATABASE_URL', 'JWT_ISSUER', 'JWT_AUDIENCE']) expect(faults).toContain(name);
    expect(faults).toContain('JWT_DEV_SECRET must not be given in production');
    expect(faults).not.toContain(secret);
  });

  it('without keys of tokens → refused', () => {
    expect(faultsOf(base)).toEqual(['JWT_JWKS_URL is required, or JWT_DEV_SECRET in development']);
  });

  it('with two sources of keys → refused', () => {
    expect(faultsOf({ ...base, JWT_DEV_SECRET: secret, JWT_JWKS_URL: jwksUrl })).toHaveLength(1);
  });

  it('refuses a development secret in production, and a short one anywhere', () => {
    expect(faultsOf({ ...base, NODE_ENV: 'production', JWT_DEV_SECRET: secret })).toHaveLength(1);
    expect(faultsOf({ ...base, JWT_DEV_SECRET: 'a'.repeat(31) })).toEqual([
      'JWT_DEV_SECRET must have at least 32 bytes',
    ]);
  });

  it('refuses to fetch keys over plain HTTP in production', () => {
    const env = { ...base, NODE_ENV: 'production' };
    expect(faultsOf({ ...env, JWT_JWKS_URL: 'http://issuer.example/jwks.json' })).toHaveLength(1);
    expect(faultsOf({ ...env, JWT_JWKS_URL: jwksUrl })).toEqual([]);
  });

  it.each([
    ['false', 0],
    ['1', 1],
    ['loopback', ['loopback']],
    ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
  ])('TRUST_PROXY may be %s', (text, value) => {
    expect(load({ ...base, JWT_DEV_SECRET: secret, TRUST_PROXY: text }).TRUST_PROXY).toEqual(value);
  });

  it.each(['true', '-1', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy.example', '1, 10.0.0.1'])(
    'TRUST_PROXY must not be %s',
    (text) => {
      expect(faultsOf({ ...base, JWT_DEV_SECRET: secret, TRUST_PROXY: text })).toHaveLength(1);
    },
  );

  it('offers Stripe or the configured providers, and refuses unknown ones', () => {
    const env = { ...base, JWT_DEV_SECRET: secret };
    expect(load(env).AVAILABLE_PAYMENT_PROVIDERS).toEqual(['stripe']);
    const both = { ...env, AVAILABLE_PAYMENT_PROVIDERS: 'paypal, stripe' };
    expect(load(both).AVAILABLE_PAYMENT_PROVIDERS).toEqual(['stripe', 'paypal']);
    expect(faultsOf({ ...env, AVAILABLE_PAYMENT_PROVIDERS: 'stripe,square' })).toEqual([
      'AVAILABLE_PAYMENT_PROVIDERS must be names separated by commas: stripe, adyen, paypal',
    ]);
  });

  it('offers Adyen only with complete settings of its webhooks', () => {
    const env = { ...base, JWT_DEV_SECRET: secret };
    expect(faultsOf({ ...env, AVAILABLE_PAYMENT_PROVIDERS: 'adyen' })).toEqual([
      expect.stringContaining('ADYEN_HMAC_KEYS is required where AVAILABLE_PAYMENT_PROVIDERS has adyen'),
    ]);
    expect(faultsOf({ ...env, ADYEN_HMAC_KEYS: 'ABCD', PAYPAL_WEBHOOK_ID: 'WH-1' })).toEqual([
      'ADYEN_MERCHANT_ACCOUNT is required with ADYEN_HMAC_KEYS',
      'PAYPAL_CLIENT_ID is required with PAYPAL_WEBHOOK_ID',
      'PAYPAL_CLIENT_SECRET is required with PAYPAL_WEBHOOK_ID',
    ]);
    expect(faultsOf({ ...env, ADYEN_HMAC_KEYS: 'ABCD,no' })).toContain(
      'ADYEN_HMAC_KEYS must be hexadecimal digits, as Adyen gives them; several keys are separated by commas',
    );
  });

  it("requires Adyen's user name and passwords together, and with the keys of its webhooks", () => {
    const env = { ...base, JWT_DEV_SECRET: secret, ADYEN_MERCHANT_ACCOUNT: 'M', ADYEN_API_KEY: 'k' };
    const keys = { ADYEN_HMAC_KEYS: 'ABCD' };
    const both = { ADYEN_WEBHOOK_USER: 'adyen', ADYEN_WEBHOOK_PASSWORD: 'old, new' };
    expect(load({ ...env, ...keys, ...both })).toMatchObject({ ADYEN_WEBHOOK_PASSWORD: ['old', 'new'] });
    expect(faultsOf({ ...env, ...both })).toEqual(['ADYEN_HMAC_KEYS is required with ADYEN_WEBHOOK_USER']);
    expect(faultsOf({ ...env, ...keys, ADYEN_WEBHOOK_USER: 'adyen' })).toEqual([
      'ADYEN_WEBHOOK_PASSWORD is required with ADYEN_WEBHOOK_USER',
    ]);
    const faults = faultsOf({
      ...env,
      ...keys,
      ADYEN_WEBHOOK_USER: 'a:b',
      ADYEN_WEBHOOK_PASSWORD: 'hun ter2',
    });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('hun ter2');
  });

  it('has no limit by principal by default', () => {
    const env = { ...base, JWT_DEV_SECRET: secret };
    expect(load(env).RATE_LIMIT_PRINCIPAL_MAX).toBeUndefined();
    expect(load({ ...env, RATE_LIMIT_PRINCIPAL_MAX: '500' }).RATE_LIMIT_PRINCIPAL_MAX).toBe(500);
  });

  it('drops the slash at the end of PUBLIC_URL', () => {
    const env = { ...base, JWT_DEV_SECRET: secret, PUBLIC_URL: 'https://api.example/oms//' };
    expect(load(env).PUBLIC_URL).toBe('https://api.example/oms');
  });
});
