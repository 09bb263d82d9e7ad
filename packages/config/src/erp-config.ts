import { z } from 'zod';

const keyMessage =
  'must be 32 random bytes in base64; several keys are separated by commas, the newest first';

/** The keys that seal the secrets of ERP connections. The first key seals, all keys open. */
export const erpSecretsKey = z
  .string({ error: keyMessage })
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((keys) => keys.every((key) => /^[A-Za-z0-9+/]{43}=$/.test(key)), { error: keyMessage })
  .transform((keys) => keys.map((key) => Buffer.from(key, 'base64')));
