import { booleanFlag, hostName, httpUrl, loggingConfig, portNumber, wholeNumber } from '@oms/config';
import { z } from 'zod';

/** The environment of the simulator. */
export const simulatorConfig = z
  .object({
    ...loggingConfig.shape,
    HOST: hostName.default('127.0.0.1'),
    PORT: portNumber.default(12_111),
    /** The file of the state. */
    STATE_FILE: z.string().min(1).default('./.local/payment-simulator.ndjson'),
    /** The accepted keys, separated by commas. Default: every key in the format of a secret key. */
    STRIPE_API_KEY: z
      .string()
      .transform((text) => text.split(',').map((key) => key.trim()))
      .refine((keys) => keys.every((key) => /^[sr]k_\w+$/.test(key)), {
        error: "must be keys ('sk_…' or 'rk_…'), separated by commas",
      })
      .default([]),
    /** The endpoint of Stripe's events. Default: none, unless the control API sets one. */
    WEBHOOK_URL: httpUrl.optional(),
    /** The types of events that are sent there, separated by commas. Default: all. */
    WEBHOOK_EVENTS: z
      .string()
      .transform((text) => text.split(',').map((type) => type.trim()))
      .refine((types) => types.every((type) => /^[a-z_]+(\.[a-z_]+)+$/.test(type)), {
        error: "must be event types ('payment_intent.succeeded'), separated by commas",
      })
      .optional(),
    /** The secret that signs events. */
    STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
    /** The accepted keys of Adyen's API, separated by commas. Default: any. */
    ADYEN_API_KEY: z
      .string()
      .transform((text) => text.split(',').map((key) => key.trim()))
      .refine((keys) => keys.every((key) => /^[\x21-\x7e]+$/.test(key)), {
        error: 'must be keys, separated by commas',
      })
      .default([]),
    ADYEN_MERCHANT_ACCOUNT: z.string().min(1).default('SimulatorECOM'),
    /** The delay between a modification at Adyen and its settlement. */
    ADYEN_SETTLE_MS: wholeNumber({ min: 0, max: 3_600_000 }).default(250),
    /** The endpoint of Adyen's notifications. Default: none, unless the control API sets one. */
    ADYEN_WEBHOOK_URL: httpUrl.optional(),
    /** The key that signs Adyen's notifications. */
    ADYEN_HMAC_KEY: z
      .string()
      .regex(/^([0-9A-Fa-f]{2})+$/, 'must be hexadecimal digits, as Adyen gives it')
      .optional(),
    /** The user name and password that are sent with Adyen's notifications. */
    ADYEN_WEBHOOK_USER: z.string().min(1).optional(),
    ADYEN_WEBHOOK_PASSWORD: z.string().min(1).optional(),
    /** The credentials of the REST app that PayPal accepts. Default: any. */
    PAYPAL_CLIENT_ID: z.string().min(1).optional(),
    PAYPAL_CLIENT_SECRET: z.string().min(1).optional(),
    /** The endpoint of PayPal's events. Default: none, unless the control API sets one. */
    PAYPAL_WEBHOOK_URL: httpUrl.optional(),
    /** The id of the webhook, which is part of the signed text. */
    PAYPAL_WEBHOOK_ID: z.string().min(1).optional(),
    /** The address at which others reach the simulator. PayPal's events contain it. Default: the address that it listens at. */
    PUBLIC_URL: httpUrl.optional(),
    /** The wait after the first failed delivery; it doubles after each further one. */
    WEBHOOK_RETRY_MS: wholeNumber({ min: 1, max: 3_600_000 }).default(1_000),
    WEBHOOK_TIMEOUT_MS: wholeNumber({ min: 1, max: 600_000 }).default(10_000),
    /** Whether the payment of the documentation's example order is made at the start. */
    SEED_EXAMPLE: booleanFlag.default(true),
  })
  .refine((config) => config.WEBHOOK_URL === undefined || config.STRIPE_WEBHOOK_SECRET !== undefined, {
    path: ['STRIPE_WEBHOOK_SECRET'],
    error: 'is required with WEBHOOK_URL, since events are signed',
  })
  .refine((config) => config.ADYEN_WEBHOOK_URL === undefined || config.ADYEN_HMAC_KEY !== undefined, {
    path: ['ADYEN_HMAC_KEY'],
    error: 'is required with ADYEN_WEBHOOK_URL, since notifications are signed',
  })
  .refine(
    (config) => (config.ADYEN_WEBHOOK_USER === undefined) === (config.ADYEN_WEBHOOK_PASSWORD === undefined),
    { path: ['ADYEN_WEBHOOK_PASSWORD'], error: 'must be set together with ADYEN_WEBHOOK_USER' },
  )
  .refine((config) => config.PAYPAL_WEBHOOK_URL === undefined || config.PAYPAL_WEBHOOK_ID !== undefined, {
    path: ['PAYPAL_WEBHOOK_ID'],
    error: 'is required with PAYPAL_WEBHOOK_URL, since events are signed',
  })
  .refine(
    (config) => (config.PAYPAL_CLIENT_ID === undefined) === (config.PAYPAL_CLIENT_SECRET === undefined),
    {
      path: ['PAYPAL_CLIENT_SECRET'],
      error: 'must be set together with PAYPAL_CLIENT_ID',
    },
  );
export type SimulatorConfig = z.infer<typeof simulatorConfig>;
