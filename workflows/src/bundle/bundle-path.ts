import { fileURLToPath } from 'node:url';

/** Where the build leaves the bundle of all workflows: in `dist`, also when this module runs from its source. */
export const workflowBundlePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
