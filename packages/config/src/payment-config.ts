import { z } from 'zod';

import { httpUrl } from './fragments.js';
import { isGiven, requiredWith, type VariableRule } from './variable-rules.js';

/** Values separated by commas, none of them empty. */
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()));

const secret = z.string().regex(/^[\x21-\x7e]+$/, 'must have no spaces');

/** What is read of Stripe's account. All of it is optional: without a key, Stripe is not connected. */
export const stripeConfig = z.object({
  STRIPE_API_KEY: z
    .string()
    .regex(/^(sk|rk)_/, "must be a secret or restricted key ('sk_…' or 'rk_…')")
    .optional(),
  /** Where Stripe's API is; only for the payment simulator. */
  STRIPE_API_BASE_URL: httpUrl.optional(),
});

/** What is read of Adyen's account. All of it is optional: without a key, Adyen is not connected. */
export const adyenConfig = z.object({
  ADYEN_API_KEY: secret.optional(),
  ADYEN_MERCHANT_ACCOUNT: z
    .string()
    .regex(/^\w+$/, 'must be the name of the merchant account: letters, digits and underscores')
    .optional(),
  ADYEN_ENVIRONMENT: z.enum(['TEST', 'LIVE']).default('TEST'),
  /** The company's own part of the live host's name. */
  ADYEN_LIVE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be the live endpoint URL prefix and nothing else')
    .optional(),
  /** Where Adyen's API is; only for the payment simulator. */
  ADYEN_API_BASE_URL: httpUrl.optional(),
});

/** What goes with what of Adyen's. */
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

/** What is read of PayPal's REST app. All of it is optional: without credentials, PayPal is not connected. */
export const paypalConfig = z.object({
  PAYPAL_CLIENT_ID: secret.optional(),
  PAYPAL_CLIENT_SECRET: secret.optional(),
  PAYPAL_ENVIRONMENT: z.enum(['sandbox', 'live']).default('sandbox'),
  /** Where PayPal's API is; only for the payment simulator. */
  PAYPAL_API_BASE_URL: httpUrl.optional(),
});

/** What goes with what of PayPal's. */
export const paypalRules: readonly VariableRule[] = [
  requiredWith('PAYPAL_CLIENT_SECRET', 'PAYPAL_CLIENT_ID'),
  requiredWith('PAYPAL_CLIENT_ID', 'PAYPAL_CLIENT_SECRET'),
];

/** What webhooks are checked with. Those of a provider that has nothing here are not read. */
export const webhookConfig = z.object({
  /** The endpoint's signing secrets (`whsec_…`), separated by commas: two while a new one is being introduced. */
  STRIPE_WEBHOOK_SECRET: list.optional(),
  /** The HMAC keys of Adyen's webhook, separated by commas: two while a new one is being introduced. */
  ADYEN_HMAC_KEYS: list
    .refine((keys) => keys.every((key) => /^([0-9A-Fa-f]{2})+$/.test(key)), {
      error: 'must be hexadecimal digits, as Adyen gives them; several keys are separated by commas',
    })
    .optional(),
  /** The user name and password that Adyen sends its webhook with; two passwords while a new one is being introduced. */
  ADYEN_WEBHOOK_USER: z
    .string()
    .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'must have no spaces and no colon')
    .optional(),
  ADYEN_WEBHOOK_PASSWORD: list
    .refine((passwords) => passwords.every((password) => /^[\x21-\x7e]+$/.test(password)), {
      error: 'must have no spaces; several passwords are separated by commas',
    })
    .optional(),
  /** The id that PayPal gave the webhook when it was made. */
  PAYPAL_WEBHOOK_ID: z.string().min(1).optional(),
  /** PEM of who issues the certificates of PayPal's webhooks, and where these are; only for the payment simulator. */
  PAYPAL_WEBHOOK_AUTHORITY: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN: httpUrl.optional(),
});

/** What webhooks need beside what they are checked with. */
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
