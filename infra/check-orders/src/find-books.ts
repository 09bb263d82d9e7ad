import { readFile } from 'node:fs/promises';

import {
  databaseConfig,
  loadConfig,
  providerAccountRules,
  providerAccounts,
  temporalConfig,
  variableRules,
  type Environment,
} from '@oms/config';
import { defaultDataDir, localPaths, simulatedAccountsAt } from '@oms/stack';
import { z } from 'zod';

const config = z.intersection(
  z.object({ ...databaseConfig.shape, ...providerAccounts.shape, ...temporalConfig.shape }),
  variableRules(providerAccountRules),
);

/** The parts that this needs of the file that a running local stack leaves. */
const stackDescription = z.object({
  database_worker_url: z.string(),
  temporal_address: z.string(),
  temporal_namespace: z.string(),
  payment_simulator_url: z.string().nullable(),
});

/**
 * The database, the providers' accounts and the Temporal that the environment names; where it names no database, those
 * of the local stack that runs.
 *
 * @throws ConfigError when a variable is not usable, Error when there is no local stack either
 */
export async function findBooks(env: Environment): Promise<z.infer<typeof config>> {
  return loadConfig(config, env['DATABASE_URL'] ? env : { ...(await localEnvironment(env)), ...env });
}

async function localEnvironment(env: Environment): Promise<Environment> {
  const { stackFile } = localPaths(env['LOCAL_DATA_DIR'] ?? defaultDataDir);
  let text: string;
  try {
    text = await readFile(stackFile, 'utf8');
  } catch (cause) {
    throw new Error(
      `no database is named by DATABASE_URL, and no local stack runs (there is no ${stackFile})`,
      { cause },
    );
  }
  const stack = stackDescription.parse(JSON.parse(text));
  const simulator = stack.payment_simulator_url;
  return {
    DATABASE_URL: stack.database_worker_url,
    TEMPORAL_ADDRESS: stack.temporal_address,
    TEMPORAL_NAMESPACE: stack.temporal_namespace,
    ...(simulator === null ? {} : simulatedAccountsAt(simulator)),
  };
}
