import {
  databaseConfig,
  loadConfig,
  providerAccountRules,
  providerAccounts,
  temporalConfig,
  variableRules,
  type Environment,
} from '@oms/config';
import { requireRunningStack, simulatedAccountsAt } from '@oms/stack';
import { z } from 'zod';

const config = z.intersection(
  z.object({ ...databaseConfig.shape, ...providerAccounts.shape, ...temporalConfig.shape }),
  variableRules(providerAccountRules),
);

/**
 * Reads the database, the providers' accounts and the Temporal service from the environment. Without DATABASE_URL, they are
 * those of the running local stack.
 *
 * @throws ConfigError for an invalid variable, Error without a database
 */
export async function loadCheckConfig(env: Environment): Promise<z.infer<typeof config>> {
  return loadConfig(config, env['DATABASE_URL'] ? env : { ...(await localEnvironment(env)), ...env });
}

async function localEnvironment(env: Environment): Promise<Environment> {
  const stack = await requireRunningStack(env, 'DATABASE_URL is not set');
  const simulator = stack.payment_simulator_url;
  return {
    DATABASE_URL: stack.database_worker_url,
    TEMPORAL_ADDRESS: stack.temporal_address,
    TEMPORAL_NAMESPACE: stack.temporal_namespace,
    ...(simulator === null ? {} : simulatedAccountsAt(simulator)),
  };
}
