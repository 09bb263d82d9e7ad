import { continuedPaths } from './continued-paths.js';
import { decidedPaths } from './decided-paths.js';
import { draftPaths } from './draft-paths.js';
import { erpPaths } from './erp-paths.js';
import { lifePaths } from './life-paths.js';
import { operatorPaths } from './operator-paths.js';
import type { OrderPath } from './order-path.js';
import { waitingPaths } from './waiting-paths.js';

/** Every way that an order can take. */
export const orderPaths: readonly OrderPath[] = [
  ...decidedPaths,
  ...waitingPaths,
  ...continuedPaths,
  ...lifePaths,
  ...draftPaths,
  ...erpPaths,
  ...operatorPaths,
];
