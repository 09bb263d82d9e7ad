import { readFileSync } from 'node:fs';

import {
  loadConfig,
  temporalConfig,
  temporalConnectionOptions,
  type Environment,
  type TemporalConnectionOptions,
} from '@oms/config';
import { requireRunningStack } from '@oms/stack';

/** The Temporal service that has the histories. */
export interface TemporalService {
  readonly connection: TemporalConnectionOptions;
  readonly namespace: string;
}

/**
 * Reads the Temporal service from the variables of the product's services. Without TEMPORAL_ADDRESS, it is that of the
 * running local stack.
 *
 * @throws ConfigError for an invalid variable, Error without a Temporal service
 */
export async function findTemporalService(env: Environment): Promise<TemporalService> {
  const config = loadConfig(temporalConfig, env['TEMPORAL_ADDRESS'] ? env : await localEnvironment(env));
  return {
    connection: temporalConnectionOptions(config, (file) => readFileSync(file)),
    namespace: config.TEMPORAL_NAMESPACE,
  };
}

async function localEnvironment(env: Environment): Promise<Environment> {
  const stack = await requireRunningStack(env, 'TEMPORAL_ADDRESS is not set');
  return {
    ...env,
    TEMPORAL_ADDRESS: stack.temporal_address,
    TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] ?? stack.temporal_namespace,
  };
}
