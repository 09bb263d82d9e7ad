import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import {
  loadConfig,
  temporalConfig,
  temporalConnectionOptions,
  type Environment,
  type TemporalConnectionOptions,
} from '@oms/config';
import { defaultDataDir, localPaths } from '@oms/stack';
import { z } from 'zod';

/** Where the histories are. */
export interface TemporalService {
  readonly connection: TemporalConnectionOptions;
  readonly namespace: string;
}

/** What this needs of the file that a running local stack leaves. */
const stackDescription = z.object({ temporal_address: z.string(), temporal_namespace: z.string() });

/**
 * The Temporal service that the environment names, as the services of the product read it; where it names none, that
 * of the local stack that runs.
 *
 * @throws ConfigError when a variable is not usable, Error when there is no local stack either
 */
export async function findTemporalService(env: Environment): Promise<TemporalService> {
  const config = loadConfig(temporalConfig, env['TEMPORAL_ADDRESS'] ? env : await localEnvironment(env));
  return {
    connection: temporalConnectionOptions(config, (file) => readFileSync(file)),
    namespace: config.TEMPORAL_NAMESPACE,
  };
}

async function localEnvironment(env: Environment): Promise<Environment> {
  const { stackFile } = localPaths(env['LOCAL_DATA_DIR'] ?? defaultDataDir);
  let text: string;
  try {
    text = await readFile(stackFile, 'utf8');
  } catch (error) {
    throw new Error(
      `no Temporal is named by TEMPORAL_ADDRESS, and no local stack runs (there is no ${stackFile})`,
      { cause: error },
    );
  }
  const stack = stackDescription.parse(JSON.parse(text));
  return {
    ...env,
    TEMPORAL_ADDRESS: stack.temporal_address,
    TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] ?? stack.temporal_namespace,
  };
}
