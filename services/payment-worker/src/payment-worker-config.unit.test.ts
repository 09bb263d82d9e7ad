import { ConfigError, loadConfig, providerSettings } from '@oms/config';
import { describe, expect, it } from 'vitest';

import { paymentWorkerConfig } from './payment-worker-config.js';

const base = { DATABASE_URL: 'postgresql://oms@127.0.0.1/oms', HEALTH_PORT: '9102' };
const adyen = { ADYEN_API_KEY: 'AQE-secret', ADYEN_MERCHANT_ACCOUNT: 'ShopECOM' };
const paypal = { PAYPAL_CLIENT_ID: 'client', PAYPAL_CLIENT_SECRET: 'hidden' };

const settingsOf = (env: Readonly<Record<string, string>>) =>
  providerSettings(loadConfig(paymentWorkerConfig, { ...base, ...env }));

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(paymentWorkerConfig, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration of the payment worker', () => {
  it('connects exactly the providers with credentials', () => {
    expect(settingsOf({ STRIPE_API_KEY: 'sk_live_1' })).toEqual({
      stripe: { apiKey: 'sk_live_1', timeoutMs: 10_000 },
    });
    expect(settingsOf({ ...adyen, ...paypal })).toEqual({
      adyen: {
        apiKey: 'AQE-secret',
        merchantAccount: 'ShopECOM',
        environment: 'TEST',
        timeoutMs: 10_000,
      },
      paypal: { clientId: 'client', clientSecret: 'hidden', environment: 'sandbox', timeoutMs: 10_000 },
    });
  });

  it('requires at least one provider', () => {
    expect(faultsOf(base)).toEqual(['STRIPE_API_KEY is required, or ADYEN_API_KEY, or PAYPAL_CLIENT_ID']);
  });

  it('refuses providers with incomplete variables, and reports all faults together', () => {
    const env = { STRIPE_API_KEY: 'pk_1', ADYEN_API_KEY: 'AQE-secret', PAYPAL_CLIENT_SECRET: 'hidden' };
    expect([...faultsOf(env)].sort()).toEqual([
      'ADYEN_MERCHANT_ACCOUNT is required with ADYEN_API_KEY',
      'DATABASE_URL is required: it must be a PostgreSQL URL, such as postgresql://user:password@host:5432/name',
      'HEALTH_PORT is required: it must be a whole number from 0 to 65535',
      'PAYPAL_CLIENT_ID is required with PAYPAL_CLIENT_SECRET',
      "STRIPE_API_KEY must be a secret or restricted key ('sk_…' or 'rk_…')",
    ]);
  });

  it('requires the prefix of a live Adyen, and refuses another address for it', () => {
    const live = { ...base, ...adyen, ADYEN_ENVIRONMENT: 'LIVE' };
    expect(faultsOf(live)).toEqual(['ADYEN_LIVE_PREFIX is required where ADYEN_ENVIRONMENT is LIVE']);
    expect(
      faultsOf({
        ...live,
        ADYEN_LIVE_PREFIX: '1797a841fbb37ca7-Shop',
        ADYEN_API_BASE_URL: 'http://127.0.0.1',
      }),
    ).toEqual(['ADYEN_API_BASE_URL must not be given where ADYEN_ENVIRONMENT is LIVE']);
  });
});
