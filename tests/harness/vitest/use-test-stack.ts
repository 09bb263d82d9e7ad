import type { PostgresServer, TemporalServer } from '@oms/stack';
import { inject } from 'vitest';

import { createCommerceClient, type CommerceClient } from '../commerce-client.js';
import { createSalesClient, type SalesClient } from '../sales-client.js';
import { exportHistories } from '../export-histories.js';
import {
  openStack,
  startTestStack,
  type StackAccess,
  type StackClient,
  type TestStack,
  type TestStackOptions,
} from '../test-stack.js';
import { useStarted } from './use-started.js';

export interface UsedStackOptions extends Pick<TestStackOptions, 'env' | 'services'> {
  /** Left out: the one that all suites of the run share. */
  readonly postgres?: Pick<PostgresServer, 'port'>;
  /** Left out: the one that all suites of the run share. */
  readonly temporal?: Pick<TemporalServer, 'address'>;
}

/** The whole product, started before the tests and stopped after them. */
export function useTestStack({ postgres, temporal, ...options }: UsedStackOptions = {}): TestStack {
  return useStarted({
    start: () =>
      startTestStack({
        ...options,
        postgresPort: postgres?.port ?? inject('postgresPort'),
        temporalAddress: temporal?.address ?? inject('temporalAddress'),
      }),
    stop: async (stack) => {
      // Where the histories of this run are wanted for the replay guard.
      const folder = process.env['OMS_HISTORIES_DIR'];
      if (folder !== undefined) await exportHistories(stack, folder);
      await stack.stop();
    },
  });
}

/**
 * Connects to the run's shared stack as a tenant of this file. For tests that neither stop nor configure a service.
 */
export function useSharedStack(): StackClient {
  return useStarted({
    async start() {
      const response = await fetch(inject('sharedStackUrl'));
      if (!response.ok) throw new Error(await response.text());
      return openStack((await response.json()) as StackAccess); // As `offerSharedStack` writes it.
    },
    stop: (stack) => stack.close(),
    startTimeoutMs: 300_000,
  });
}

/** Makes a client of the stack's Sales API with all permissions. */
export function useSalesClient(stack: StackClient): SalesClient {
  return useStarted({
    start: async () => createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) }),
  });
}

/** Makes a client of the stack's Commerce API with all permissions. */
export function useCommerceClient(stack: StackClient): CommerceClient {
  return useStarted({ start: () => createCommerceClient(stack) });
}
