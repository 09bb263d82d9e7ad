import type { PostgresServer, TemporalServer } from '@oms/stack';
import { inject } from 'vitest';

import { createCommerceClient, type CommerceClient } from '../commerce-client.js';
import { createSalesClient, type SalesClient } from '../sales-client.js';
import { startTestStack, type TestStack, type TestStackOptions } from '../test-stack.js';
import { useStarted } from './use-started.js';

export interface UsedStackOptions extends Pick<TestStackOptions, 'env' | 'services'> {
  /** Left out: the one that all suites of the run share. */
  readonly postgres?: Pick<PostgresServer, 'port'>;
  /** Left out: the one that all suites of the run share. */
  readonly temporal?: Pick<TemporalServer, 'address'>;
}

/** Variables with which the gateway waits for its answer, however busy the machine is. */
export const patient = {
  RECORD_TIMEOUT_MS: '30000',
  CHANGE_TIMEOUT_MS: '30000',
  ALLOCATION_TIMEOUT_MS: '30000',
} as const;

/** The whole product, started before the tests and stopped after them. */
export function useTestStack({ postgres, temporal, ...options }: UsedStackOptions = {}): TestStack {
  return useStarted({
    start: () =>
      startTestStack({
        ...options,
        postgresPort: postgres?.port ?? inject('postgresPort'),
        temporalAddress: temporal?.address ?? inject('temporalAddress'),
      }),
    stop: (stack) => stack.stop(),
  });
}

/** A client of the stack's Sales API that may do everything. */
export function useSalesClient(stack: TestStack): SalesClient {
  return useStarted({
    start: async () => createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) }),
  });
}

/** A client of the stack's Commerce API that may do everything. */
export function useCommerceClient(stack: TestStack): CommerceClient {
  return useStarted({ start: () => createCommerceClient(stack) });
}
