import { createHmac } from 'node:crypto';

import { stripeEventTypes } from '@oms/payments/stripe-event-types';

import type { ServiceName } from './service-process.js';

/** The parts of a stack that its payment providers need. */
export interface ConnectedProviders {
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** The secret from which the secrets of simulated webhooks are derived. */
  readonly tokenSecret: string;
  /**
   * The configured variables of real provider accounts. A provider with a key here is real, and all others are
   * simulated. With a key of Stripe, none is simulated.
   */
  readonly accounts: Readonly<Record<string, string>>;
  /** The certificate authority of PayPal's simulated webhooks, as PEM. Known once the simulator runs. */
  readonly paypalAuthority?: string;
}

type Variables = Readonly<Record<string, string>>;

const merchantAccount = 'SimulatorECOM';
const adyenWebhookUser = 'simulator';
const paypalWebhookId = 'WH-SIMULATED';

/** Whether the payment simulator stands in for a provider. */
export function isSimulated({ accounts }: Pick<ConnectedProviders, 'accounts'>): boolean {
  return accounts['STRIPE_API_KEY'] === undefined;
}

/** The variables about payment providers for one service. */
export function providerEnvironment(
  name: 'gateway' | 'payment-worker' | 'payment-simulator',
  stack: ConnectedProviders,
): Variables {
  switch (name) {
    case 'gateway':
      return { ...offered(stack), ...simulatedWebhooks(stack), ...withoutKeys(stack.accounts) };
    case 'payment-worker':
      return { ...simulatedAccounts(stack), ...stack.accounts };
    case 'payment-simulator':
      return simulatedEndpoints(stack);
  }
}

/** The gateway's variables. It moves no money, so it needs only the secrets of webhooks. */
const withoutKeys = (accounts: Variables): Variables =>
  Object.fromEntries(Object.entries(accounts).filter(([name]) => !name.endsWith('_API_KEY')));

const has = (stack: ConnectedProviders, variable: string): boolean => stack.accounts[variable] !== undefined;
const simulatesAdyen = (stack: ConnectedProviders): boolean =>
  isSimulated(stack) && !has(stack, 'ADYEN_API_KEY');
const simulatesPayPal = (stack: ConnectedProviders): boolean =>
  isSimulated(stack) && !has(stack, 'PAYPAL_CLIENT_ID');

const simulatorUrl = ({ ports }: ConnectedProviders): string =>
  `http://127.0.0.1:${ports['payment-simulator']}`;

/** A derived secret is the same after a restart, which delivers undelivered webhooks of the last run. */
const secretOf = ({ tokenSecret }: ConnectedProviders, what: string): string =>
  createHmac('sha256', tokenSecret).update(what).digest('hex');
const stripeSecret = (stack: ConnectedProviders): string => `whsec_${secretOf(stack, 'webhooks of Stripe')}`;
const adyenKey = (stack: ConnectedProviders): string => secretOf(stack, 'webhooks of Adyen');
const adyenPassword = (stack: ConnectedProviders): string => secretOf(stack, 'password of webhooks of Adyen');

function offered(stack: ConnectedProviders): Variables {
  const names = [
    'stripe',
    ...(simulatesAdyen(stack) || has(stack, 'ADYEN_API_KEY') ? ['adyen'] : []),
    ...(simulatesPayPal(stack) || has(stack, 'PAYPAL_CLIENT_ID') ? ['paypal'] : []),
  ];
  return { AVAILABLE_PAYMENT_PROVIDERS: names.join(',') };
}

function simulatedAccounts(stack: ConnectedProviders): Variables {
  const url = simulatorUrl(stack);
  return {
    ...(isSimulated(stack) ? simulatedStripe(url) : {}),
    ...(simulatesAdyen(stack) ? simulatedAdyen(url) : {}),
    ...(simulatesPayPal(stack) ? simulatedPayPal(url) : {}),
  };
}

/** The accounts of all providers at a payment simulator. */
export const simulatedAccountsAt = (simulatorUrl: string): Variables => ({
  ...simulatedStripe(simulatorUrl),
  ...simulatedAdyen(simulatorUrl),
  ...simulatedPayPal(simulatorUrl),
});

const simulatedStripe = (url: string): Variables => ({
  STRIPE_API_KEY: 'sk_test_simulator',
  STRIPE_API_BASE_URL: url,
});

const simulatedAdyen = (url: string): Variables => ({
  ADYEN_API_KEY: 'simulator',
  ADYEN_MERCHANT_ACCOUNT: merchantAccount,
  ADYEN_API_BASE_URL: `${url}/adyen`,
});

const simulatedPayPal = (url: string): Variables => ({
  PAYPAL_CLIENT_ID: 'simulator',
  PAYPAL_CLIENT_SECRET: 'simulator',
  PAYPAL_API_BASE_URL: `${url}/paypal`,
});

/** The secrets with which the gateway verifies simulated webhooks. */
function simulatedWebhooks(stack: ConnectedProviders): Variables {
  const url = simulatorUrl(stack);
  return {
    ...(isSimulated(stack) ? { STRIPE_WEBHOOK_SECRET: stripeSecret(stack) } : {}),
    ...(simulatesAdyen(stack)
      ? {
          ADYEN_HMAC_KEYS: adyenKey(stack),
          ADYEN_MERCHANT_ACCOUNT: merchantAccount,
          ADYEN_WEBHOOK_USER: adyenWebhookUser,
          ADYEN_WEBHOOK_PASSWORD: adyenPassword(stack),
        }
      : {}),
    ...(simulatesPayPal(stack) && stack.paypalAuthority !== undefined
      ? {
          ...simulatedPayPal(url),
          PAYPAL_WEBHOOK_ID: paypalWebhookId,
          PAYPAL_WEBHOOK_AUTHORITY: stack.paypalAuthority,
          PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN: url,
        }
      : {}),
  };
}

/** The simulator's variables: the endpoints of its webhooks, and their signing secrets. */
function simulatedEndpoints(stack: ConnectedProviders): Variables {
  const webhooks = `http://127.0.0.1:${stack.ports.gateway}/webhooks`;
  return {
    WEBHOOK_URL: `${webhooks}/stripe`,
    WEBHOOK_EVENTS: stripeEventTypes.join(),
    STRIPE_WEBHOOK_SECRET: stripeSecret(stack),
    ADYEN_WEBHOOK_URL: `${webhooks}/adyen`,
    ADYEN_HMAC_KEY: adyenKey(stack),
    ADYEN_WEBHOOK_USER: adyenWebhookUser,
    ADYEN_WEBHOOK_PASSWORD: adyenPassword(stack),
    PAYPAL_WEBHOOK_URL: `${webhooks}/paypal`,
    PAYPAL_WEBHOOK_ID: paypalWebhookId,
  };
}

/** Patient, because a busy machine is slow. */
const authorityLimitMs = 100_000;

/** Asks a running simulator for the certificate authority of its PayPal. */
export async function findPayPalAuthority(stack: Pick<ConnectedProviders, 'ports'>): Promise<string> {
  const url = `http://127.0.0.1:${stack.ports['payment-simulator']}/control/paypal/webhooks`;
  const response = await fetch(url, { signal: AbortSignal.timeout(authorityLimitMs) });
  const { authority } = (await response.json()) as { authority?: unknown };
  if (typeof authority !== 'string')
    throw new Error('the payment simulator has no certificate authority for PayPal');
  return authority;
}
