import { databaseConfig, environmentConfig, healthConfig, temporalConfig, wholeNumber } from '@oms/config';
import { z } from 'zod';

/** The variables of every worker service. */
export const workerConfig = z.object({
  ...environmentConfig.shape,
  ...databaseConfig.shape,
  ...temporalConfig.shape,
  ...healthConfig.shape,
  /** The largest number of activities that this process runs at once, local activities apart. */
  MAX_CONCURRENT_ACTIVITIES: wholeNumber({ min: 1, max: 1_000 }).default(50),
  /** The largest number of workflows in this process's cache. Others are replayed when needed. */
  MAX_CACHED_WORKFLOWS: wholeNumber({ min: 0, max: 100_000 }).default(1_000),
});
export type WorkerConfig = z.infer<typeof workerConfig>;
