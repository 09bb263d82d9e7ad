import { z } from 'zod';

import { httpUrl } from './fragments.js';
import { isGiven, requiredWith, type VariableRule } from './variable-rules.js';

/** Values separated by commas. */
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()));

const secret = z.string().regex(/^[\x21-\x7e]+$/, 'must have no spaces');

/** The account at Stripe. All variables are optional: without a key, Stripe is not connected. */
export const stripeConfig = z.object({
  /** Stripe's secret key. Without it, Stripe is not connected. */
  STRIPE_API_KEY: z
    .string()
    .regex(/^(sk|rk)_/, "must be a secret or restricted key ('sk_…' or 'rk_…')")
    .optional(),
  /** The address of Stripe's API. Only for the payment simulator. */
  STRIPE_API_BASE_URL: httpUrl.optional(),
});

/** The account at Adyen. All variables are optional: without a key, Adyen is not connected. */
export const adyenConfig = z.object({
  /** Adyen's API key. Without it, Adyen is not connected. */
  ADYEN_API_KEY: secret.optional(),
  /** The merchant account at Adyen. */
  ADYEN_MERCHANT_ACCOUNT: z
    .string()
    .regex(/^\w+$/, 'must be the name of the merchant account: letters, digits and underscores')
    .optional(),
  /** Adyen's test or live platform. */
  ADYEN_ENVIRONMENT: z.enum(['TEST', 'LIVE']).default('TEST'),
  /** The company's own prefix of the live host's name. */
  ADYEN_LIVE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be the live endpoint URL prefix and nothing else')
    .optional(),
  /** The address of Adyen's API. Only for the payment simulator. */
  ADYEN_API_BASE_URL: httpUrl.optional(),
});

/** The rules between Adyen's variables. */
export const adyenRules: readonly VariableRule[] = [
  requiredWith('ADYEN_MERCHANT_ACCOUNT', 'ADYEN_API_KEY'),
  requiredWith('ADYEN_API_KEY', 'ADYEN_MERCHANT_ACCOUNT'),
  [
    'ADYEN_LIVE_PREFIX',
    'is required where ADYEN_ENVIRONMENT is LIVE',
    (given) => given['ADYEN_ENVIRONMENT'] !== 'LIVE' || isGiven(given['ADYEN_LIVE_PREFIX']),
  ],
  [
    'ADYEN_API_BASE_URL',
    'must not be given where ADYEN_ENVIRONMENT is LIVE',
    (given) => given['ADYEN_ENVIRONMENT'] !== 'LIVE' || !isGiven(given['ADYEN_API_BASE_URL']),
  ],
];

/** The REST app at PayPal. All variables are optional: without credentials, PayPal is not connected. */
export const paypalConfig = z.object({
  /** The client id of PayPal's REST app. Without it, PayPal is not connected. */
  PAYPAL_CLIENT_ID: secret.optional(),
  /** The secret of PayPal's REST app. */
  PAYPAL_CLIENT_SECRET: secret.optional(),
  /** PayPal's sandbox or live platform. */
  PAYPAL_ENVIRONMENT: z.enum(['sandbox', 'live']).default('sandbox'),
  /** The address of PayPal's API. Only for the payment simulator. */
  PAYPAL_API_BASE_URL: httpUrl.optional(),
});

/** The rules between PayPal's variables. */
export const paypalRules: readonly VariableRule[] = [
  requiredWith('PAYPAL_CLIENT_SECRET', 'PAYPAL_CLIENT_ID'),
  requiredWith('PAYPAL_CLIENT_ID', 'PAYPAL_CLIENT_SECRET'),
];

/** The secrets that webhooks are verified with. Webhooks of a provider without secrets are not read. */
export const webhookConfig = z.object({
  /** The endpoint's signing secrets (`whsec_…`), separated by commas. Two during a rotation. */
  STRIPE_WEBHOOK_SECRET: list.optional(),
  /** The HMAC keys of Adyen's webhook, separated by commas. Two during a rotation. */
  ADYEN_HMAC_KEYS: list
    .refine((keys) => keys.every((key) => /^([0-9A-Fa-f]{2})+$/.test(key)), {
      error: 'must be hexadecimal digits, as Adyen gives them; several keys are separated by commas',
    })
    .optional(),
  /** The user name that Adyen sends its webhook with. */
  ADYEN_WEBHOOK_USER: z
    .string()
    .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'must have no spaces and no colon')
    .optional(),
  /** The password that Adyen sends its webhook with; two while a new one is being introduced. */
  ADYEN_WEBHOOK_PASSWORD: list
    .refine((passwords) => passwords.every((password) => /^[\x21-\x7e]+$/.test(password)), {
      error: 'must have no spaces; several passwords are separated by commas',
    })
    .optional(),
  /** The id that PayPal assigned to the webhook. */
  PAYPAL_WEBHOOK_ID: z.string().min(1).optional(),
  /** PEM of the issuer of the certificates of PayPal's webhooks; only for the payment simulator. */
  PAYPAL_WEBHOOK_AUTHORITY: z
    .string()
    .includes('-----BEGIN CERTIFICATE-----', { error: 'must be a certificate in PEM' })
    .optional(),
  /** Where the certificates of PayPal's webhooks are; only for the payment simulator. */
  PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN: httpUrl.optional(),
});

/** The rules between the variables of webhooks and of accounts. */
export const webhookRules: readonly VariableRule[] = [
  requiredWith('ADYEN_MERCHANT_ACCOUNT', 'ADYEN_HMAC_KEYS'),
  requiredWith('ADYEN_HMAC_KEYS', 'ADYEN_WEBHOOK_USER'),
  requiredWith('ADYEN_WEBHOOK_PASSWORD', 'ADYEN_WEBHOOK_USER'),
  requiredWith('ADYEN_WEBHOOK_USER', 'ADYEN_WEBHOOK_PASSWORD'),
  requiredWith('PAYPAL_CLIENT_ID', 'PAYPAL_WEBHOOK_ID'),
  requiredWith('PAYPAL_CLIENT_SECRET', 'PAYPAL_WEBHOOK_ID'),
  requiredWith('PAYPAL_WEBHOOK_AUTHORITY', 'PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN'),
  requiredWith('PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN', 'PAYPAL_WEBHOOK_AUTHORITY'),
];
