import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { patient } from './patient.js';
import { startStackProcesses, type StackProcesses, type TestStackOptions } from './test-stack.js';

/** Long timeouts of the services, and short pauses before webhooks are retried. */
const env = {
  ...patient,
  ALLOCATION_TIMEOUT_MS: '60000',
  PAYMENT_TIMEOUT_MS: '10000',
  ERP_TIMEOUT_MS: '15000',
  WEBHOOK_RETRY_MS: '500',
} as const;

/**
 * Offers one stack to all test files of a run. Starts it when the first file asks. Each file uses it as a tenant of
 * its own. `GET` of the address returns its `StackAccess`.
 */
export async function offerSharedStack(
  options: Pick<TestStackOptions, 'postgresPort' | 'temporalAddress'>,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  let started: Promise<StackProcesses> | undefined;
  const server = createServer((_request, response) => {
    started ??= startStackProcesses({ ...options, env, isShared: true });
    started.then(
      ({ access }) => response.setHeader('content-type', 'application/json').end(JSON.stringify(access)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      await (await started?.catch(() => undefined))?.stop();
    },
  };
}
