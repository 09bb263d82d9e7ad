import { booleanFlag, hostName, httpUrl, loggingConfig, portNumber, wholeNumber } from '@oms/config';
import { z } from 'zod';

/** What the simulator reads from its environment. */
export const simulatorConfig = z
  .object({
    ...loggingConfig.shape,
    HOST: hostName.default('127.0.0.1'),
    PORT: portNumber.default(12_111),
    /** Where the state is kept. */
    STATE_FILE: z.string().min(1).default('./.local/payment-simulator.ndjson'),
    /** The keys that are accepted, separated by commas. Left out: any that looks like a secret one. */
    STRIPE_API_KEY: z
      .string()
      .transform((text) => text.split(',').map((key) => key.trim()))
      .refine((keys) => keys.every((key) => /^[sr]k_\w+$/.test(key)), {
        error: "must be keys ('sk_…' or 'rk_…'), separated by commas",
      })
      .default([]),
    /** Where events are sent to. Left out: nowhere, unless the control API says so. */
    WEBHOOK_URL: httpUrl.optional(),
    /** What events are signed with. */
    STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
    /** The wait after the first failed delivery; it doubles after each further one. */
    WEBHOOK_RETRY_MS: wholeNumber({ min: 1, max: 3_600_000 }).default(1_000),
    WEBHOOK_TIMEOUT_MS: wholeNumber({ min: 1, max: 600_000 }).default(10_000),
    /** Whether the payment of the documentation's example order is there. */
    SEED_EXAMPLE: booleanFlag.default(true),
  })
  .refine((config) => config.WEBHOOK_URL === undefined || config.STRIPE_WEBHOOK_SECRET !== undefined, {
    path: ['STRIPE_WEBHOOK_SECRET'],
    error: 'is required with WEBHOOK_URL, since events are signed',
  });
export type SimulatorConfig = z.infer<typeof simulatorConfig>;
