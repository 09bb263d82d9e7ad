import { createRequire } from 'node:module';

/** Where the build leaves the bundle of all workflows. It is found by its package, from sources and bundles alike. */
export const workflowBundlePath = createRequire(import.meta.url).resolve('@oms/workflows/workflow-bundle.js');
