import { allocationPaths } from './allocation-paths.js';
import { atOncePaths } from './at-once-paths.js';
import { commandPaths } from './command-paths.js';
import { continuedChangePaths } from './continued-change-paths.js';
import { continuedPaths } from './continued-paths.js';
import { decidedPaths } from './decided-paths.js';
import { draftPaths } from './draft-paths.js';
import { erpPaths, erpWorkflowPaths } from './erp-paths.js';
import { lifePaths } from './life-paths.js';
import { newRunPaths } from './new-run-paths.js';
import { notificationPaths } from './notification-paths.js';
import { notifiedOrderPaths } from './notified-order-paths.js';
import { operatorPaths } from './operator-paths.js';
import { refundPaths } from './refund-paths.js';
import { refusedPaths } from './refused-paths.js';
import { unheardPaths } from './unheard-paths.js';
import { waitingPaths } from './waiting-paths.js';
import { ofOrder, type WorkflowPath } from './workflow-path.js';

/** Every way through every workflow of which a history is kept. */
export const workflowPaths: readonly WorkflowPath[] = [
  ...[
    ...decidedPaths,
    ...waitingPaths,
    ...continuedPaths,
    ...continuedChangePaths,
    ...newRunPaths,
    ...lifePaths,
    ...draftPaths,
    ...allocationPaths,
    ...refundPaths,
    ...atOncePaths,
    ...erpPaths,
    ...notifiedOrderPaths,
    ...operatorPaths,
    ...unheardPaths,
    ...refusedPaths,
  ].map(ofOrder),
  ...commandPaths,
  ...notificationPaths,
  ...erpWorkflowPaths,
];
