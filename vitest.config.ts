import { defineConfig } from 'vitest/config';

// Tests run from the sources of all packages; processes that they start run from what was built.
const conditions = ['oms-source', 'module', 'node', 'development|production'];

const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          sequence: { groupOrder: 1 },
          include: [
            '{packages,services,infra}/*/src/**/*.unit.test.ts',
            'tests/**/*.unit.test.ts',
            '{activities,workflows}/src/**/*.{unit,replay}.test.ts',
          ],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          // After the unit tests: a fault that they find is the cheaper one to understand.
          sequence: { groupOrder: 2 },
          include: [
            '{packages,services,infra}/*/src/**/*.{int,e2e}.test.ts',
            'tests/**/*.{int,e2e}.test.ts',
            '{activities,workflows}/src/**/*.{int,e2e}.test.ts',
          ],
          globalSetup: ['tests/harness/global-setup.ts'],
          setupFiles: ['tests/harness/vitest/own-ports.ts'],
          // The machine's cores are shared with PostgreSQL, Temporal and the services under test.
          maxWorkers: 2,
          // A busy machine is slow, and what never happens is told by the test that waits for it all the same.
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
