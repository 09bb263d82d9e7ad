import { condition, proxyActivities, setHandler } from '@temporalio/workflow';

import {
  bareActivityCount,
  bareActivityQueue,
  barePlacedUpdate,
  type BareActivities,
} from './bare-contract.js';

const { doNothing } = proxyActivities<BareActivities>({
  taskQueue: bareActivityQueue,
  startToCloseTimeout: '20s',
});

/** A workflow that does nothing but call activities that do nothing: what Temporal itself costs. */
export async function bareWorkflow(): Promise<void> {
  let ended = 0;
  setHandler(barePlacedUpdate, () => condition(() => ended > 0));
  while (ended < bareActivityCount) {
    await doNothing(ended + 1);
    ended += 1;
  }
}
