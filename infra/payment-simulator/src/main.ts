import { ConfigError, loadConfig } from '@oms/config';
import { createLogger, runService } from '@oms/observability';

import type { AdyenSimulationOptions } from './adyen/adyen-simulation.js';
import type { PayPalSimulationOptions } from './paypal/paypal-simulation.js';
import { simulatorConfig, type SimulatorConfig } from './simulator-config.js';
import { startSimulator } from './start-simulator.js';

const name = 'payment-simulator';
const config = readConfig();
const log = createLogger({ service: name, level: config.LOG_LEVEL });

runService(log, async (onClose) => {
  const { WEBHOOK_URL: url, STRIPE_WEBHOOK_SECRET: secret, WEBHOOK_EVENTS: events } = config;
  const simulator = await startSimulator({
    host: config.HOST,
    port: config.PORT,
    stateFile: config.STATE_FILE,
    acceptedKeys: config.STRIPE_API_KEY,
    webhookTiming: { retryMs: config.WEBHOOK_RETRY_MS, timeoutMs: config.WEBHOOK_TIMEOUT_MS },
    adyen: adyenOptions(config),
    paypal: payPalOptions(config),
    ...(config.PUBLIC_URL === undefined ? {} : { publicUrl: config.PUBLIC_URL.replace(/\/$/, '') }),
    seedExample: config.SEED_EXAMPLE,
    log,
    ...(url === undefined || secret === undefined
      ? {}
      : { webhookEndpoint: { url, secret, ...(events === undefined ? {} : { events }) } }),
  });
  onClose('simulator', () => simulator.close());
  log.info({ url: simulator.url, webhooks: url ?? null }, 'the payment simulator is listening');
});

function adyenOptions(environment: SimulatorConfig): AdyenSimulationOptions {
  const { ADYEN_WEBHOOK_URL: url, ADYEN_HMAC_KEY: secret } = environment;
  const { ADYEN_WEBHOOK_USER: username, ADYEN_WEBHOOK_PASSWORD: password } = environment;
  const basicAuth = username === undefined || password === undefined ? undefined : { username, password };
  return {
    acceptedKeys: environment.ADYEN_API_KEY,
    merchantAccount: environment.ADYEN_MERCHANT_ACCOUNT,
    settlement: { mode: 'auto', delayMs: environment.ADYEN_SETTLE_MS },
    ...(url === undefined || secret === undefined
      ? {}
      : { webhookEndpoint: { url, secret, ...(basicAuth ? { basicAuth } : {}) } }),
  };
}

function payPalOptions(environment: SimulatorConfig): PayPalSimulationOptions {
  const { PAYPAL_CLIENT_ID: clientId, PAYPAL_CLIENT_SECRET: clientSecret } = environment;
  const { PAYPAL_WEBHOOK_URL: url, PAYPAL_WEBHOOK_ID: secret } = environment;
  return {
    ...(clientId === undefined || clientSecret === undefined
      ? {}
      : { credentials: { clientId, clientSecret } }),
    ...(url === undefined || secret === undefined ? {} : { webhookEndpoint: { url, secret } }),
  };
}

function readConfig(): SimulatorConfig {
  try {
    return loadConfig(simulatorConfig, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(1);
  }
}
