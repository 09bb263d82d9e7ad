import { foreignUrlSchema } from '@oms/outbound';
import { z } from 'zod';

const secretPattern = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The settings of a tenant's own server that receives its orders. */
export const pushSettingsSchema = z.strictObject({
  url: foreignUrlSchema,
  /** A secret in the form of Standard Webhooks: `whsec_` and 24 to 64 random bytes in base64. */
  signingSecret: z
    .string()
    .regex(secretPattern, 'must be whsec_ followed by base64')
    .refine((secret) => {
      const sizeBytes = Buffer.from(secret.slice('whsec_'.length), 'base64').length;
      return sizeBytes >= 24 && sizeBytes <= 64;
    }, 'must be of 24 to 64 bytes'),
});
export type PushSettings = z.output<typeof pushSettingsSchema>;
