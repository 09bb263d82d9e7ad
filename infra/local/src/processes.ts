import type { ChildProcess } from 'node:child_process';

/** Resolves with the exit status of the process; with `null` if a signal ended it. */
export function waitForExit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', reject);
  });
}

/** The awaited answer can no longer come: `eventually` stops asking. */
export class HopelessError extends Error {
  override readonly name: string = 'HopelessError';
}

/**
 * Asks repeatedly until there is an answer.
 *
 * @param ask rejects or returns `undefined` to be asked again; a `HopelessError` ends the waiting
 * @throws Error with `what` and the last fault after `timeoutMs`
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  { timeoutMs = 60_000, everyMs = 100 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  let fault: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      fault = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (Date.now() < deadline);
  const because =
    fault === undefined ? '' : `: ${fault instanceof Error ? fault.message : JSON.stringify(fault)}`;
  throw new Error(`${what} did not happen within ${timeoutMs} ms${because}`);
}
