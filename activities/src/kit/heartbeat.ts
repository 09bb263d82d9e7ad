import { Context } from '@temporalio/activity';

const beatEveryMs = 2_000;

/**
 * Heartbeats while the work runs, so that a worker that was killed in the middle is noticed within the heartbeat
 * timeout and not only when the whole attempt would have ended.
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
