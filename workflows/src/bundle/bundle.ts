import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode } from '@temporalio/worker';

/** Bundles the workflows once, at build time, so that a worker starts fast and runs exactly what was tested. */
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../index.js', import.meta.url)),
  workflowInterceptorModules: [fileURLToPath(new URL('../kit/installation-names.js', import.meta.url))],
});
await writeFile(new URL('../workflow-bundle.js', import.meta.url), code);
