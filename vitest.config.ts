import { defineConfig } from 'vitest/config';

// Tests run from the sources of all packages. The processes that tests start run from the build.
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
          isolate: false,
          sequence: { groupOrder: 1 },
          include: [
            '*.unit.test.ts',
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
          // Loading the product anew for each file takes longer than many a file.
          isolate: false,
          // After the unit tests, whose failures are easier to understand.
          sequence: { groupOrder: 2 },
          include: [
            '{packages,services,infra}/*/src/**/*.{int,e2e}.test.ts',
            'tests/**/*.{int,e2e}.test.ts',
            '{activities,workflows}/src/**/*.{int,e2e}.test.ts',
          ],
          globalSetup: ['tests/harness/global-setup.ts'],
          // PostgreSQL, Temporal and the services under test share the machine's cores.
          maxWorkers: 2,
          // Patient, because a busy machine is slow. A condition that is never met still fails its test.
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
