import { Context } from '@temporalio/activity';

const beatEveryMs = 2_000;

/**
 * Heartbeats while the work runs, so that the death of a worker is noticed within the heartbeat timeout, not only at
 * the end of the attempt's timeout.
 */
export async function beating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), beatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
