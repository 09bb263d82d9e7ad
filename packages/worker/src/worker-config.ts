import { databaseConfig, environmentConfig, healthConfig, temporalConfig } from '@oms/config';
import { z } from 'zod';

/** What every worker service reads from the environment. */
export const workerConfig = z.object({
  ...environmentConfig.shape,
  ...databaseConfig.shape,
  ...temporalConfig.shape,
  ...healthConfig.shape,
  /** How many activities of one kind this process runs at once. */
  MAX_CONCURRENT_ACTIVITIES: z.coerce.number().int().min(1).max(1_000).default(50),
  /** How many workflows this process keeps in memory. More than this are replayed when they are needed. */
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).max(100_000).default(1_000),
});
export type WorkerConfig = z.infer<typeof workerConfig>;
