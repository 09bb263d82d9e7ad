import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

import { offerSharedStack } from './shared-stack.js';
import { startTestServers } from './test-servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` and the address prefix of the run's one PostgreSQL. */
    postgresPort: number;
    temporalAddress: string;
    temporalBinary: string;
    sharedStackUrl: string;
  }
}

/** Starts one PostgreSQL and one Temporal for the run. Each stack has a database and a namespace of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { postgres, temporal, temporalBinary, stop } = await startTestServers({ isDurable: false });
  project.provide('postgresPort', postgres.port);
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalBinary', temporalBinary);
  const shared = await offerSharedStack({ postgresPort: postgres.port, temporalAddress: temporal.address });
  project.provide('sharedStackUrl', shared.url);
  return async () => {
    await shared.stop();
    await stop();
  };
}
