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

/** A workflow that does nothing but call activities that do nothing: what Temporal itself costs. */
export async function bareWorkflow(): Promise<void> {
  let ended = 0;
  setHandler(barePlacedUpdate, () => condition(() => ended > 0));
  while (ended < bareActivityCount) {
    await doNothing(ended + 1);
    ended += 1;
  }
}

/** A workflow that is changed so many times, each time by an activity that does nothing. */
export async function bareChangedWorkflow(changes: number): Promise<void> {
  let made = 0;
  setHandler(bareChangeUpdate, async () => {
    await doNothing(0);
    made += 1;
  });
  await condition(() => made === changes);
}
