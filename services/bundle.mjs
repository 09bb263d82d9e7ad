// Bundles each service into `dist/bundle/main.js`. A service of a few files starts in less than half of the processor
// time of one of two thousand, so a worker that was killed is back sooner.
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Outside of the bundle stay a native module and the files of the API documentation, both found by package name. */
const external = ['@temporalio/core-bridge', /^swagger-ui-dist(\/|$)/];

/**
 * Replaces the SDK's bundler of workflows, which would bring webpack along: the workflows are bundled at build time
 * (`workflows/src/bundle`).
 */
const withoutWorkflowBundler = {
  name: 'without-workflow-bundler',
  load: {
    filter: { id: /@temporalio\/worker\/lib\/workflow\/bundler\.js$/ },
    handler: () => `
      const refuse = () => { throw new Error('a service runs workflows that were bundled at build time'); };
      module.exports = { defaultWorkflowInterceptorModules: [], bundleWorkflowCode: refuse, WorkflowCodeBundler: refuse };
    `,
  },
};

/** The SDK's files for a service that runs workflows: a thread, and the reader of source maps that the thread loads. */
const sdkFile = createRequire(path.join(root, 'packages/worker/package.json')).resolve('@temporalio/worker');
const workflowThread = path.join(path.dirname(sdkFile), 'workflow/workflow-worker-thread.js');
const sourceMapReader = createRequire(sdkFile).resolve('source-map/lib/mappings.wasm');

async function bundle(folder) {
  const runsWorkflows = existsSync(path.join(folder, 'node_modules/@oms/workflows'));
  const built = await rolldown({
    input: {
      main: path.join(folder, 'dist/main.js'),
      ...(runsWorkflows && { 'workflow-worker-thread': workflowThread }),
    },
    platform: 'node',
    external,
    transform: { define: { __dirname: 'import.meta.dirname' } },
    plugins: [withoutWorkflowBundler],
    logLevel: 'silent',
  });
  await built.write({ dir: path.join(folder, 'dist/bundle'), format: 'esm', cleanDir: true });
  await built.close();
  if (runsWorkflows) copyFileSync(sourceMapReader, path.join(folder, 'dist/bundle/mappings.wasm'));
}

const services = readdirSync(path.join(root, 'services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => path.join(root, 'services', name));

for (const folder of [...services, path.join(root, 'infra/payment-simulator')]) await bundle(folder);
