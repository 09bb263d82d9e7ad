import { erpSecretsKey, wholeNumber } from '@oms/config';
import { isAddressRange } from '@oms/outbound';
import { workerConfig } from '@oms/worker';
import { z } from 'zod';

const rangesMessage = 'must be ranges in CIDR notation separated by commas, such as 10.1.0.0/16';

/** The environment of the integration worker. */
export const integrationWorkerConfig = z.object({
  ...workerConfig.shape,
  /** The key that seals the secrets of ERP connections. */
  ERP_SECRETS_KEY: erpSecretsKey,
  /** Where ERPs may be beside the public internet. */
  ERP_ALLOWED_ADDRESS_RANGES: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((ranges) => ranges.every(isAddressRange), { error: rangesMessage })
    .default([]),
  /** How long one call to an ERP may take. A push may need several. */
  ERP_TIMEOUT_MS: wholeNumber({ min: 100, max: 60_000 }).default(30_000),
});
export type IntegrationWorkerConfig = z.infer<typeof integrationWorkerConfig>;
