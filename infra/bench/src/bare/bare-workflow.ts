import { condition, proxyActivities, setHandler } from '@temporalio/workflow';

import {
  bareActivityCount,
  bareActivityQueue,
  bareChangeUpdate,
  barePlacedUpdate,
  type BareActivities,
} from './bare-contract.js';

const { doNothing } = proxyActivities<BareActivities>({
  taskQueue: bareActivityQueue,
  startToCloseTimeout: '20s',
});

/** Calls empty activities only, and so measures the cost of Temporal itself. */
export async function bareWorkflow(): Promise<void> {
  let ended = 0;
  setHandler(barePlacedUpdate, () => condition(() => ended > 0));
  while (ended < bareActivityCount) {
    await doNothing(ended + 1);
    ended += 1;
  }
}

/** Takes a number of changes, each an empty activity. */
export async function bareChangedWorkflow(changes: number): Promise<void> {
  let made = 0;
  setHandler(bareChangeUpdate, async () => {
    await doNothing(0);
    made += 1;
  });
  await condition(() => made === changes);
}
