import { isDatabaseAway } from '@oms/database';
import { notFound, RefusedError } from '@oms/domain';

/**
 * Refuses what is asked of something that is not there, so that it leaves neither a workflow nor a row. Only for what
 * never goes away again, or a repeated request would be refused after the first was carried out. While the database is
 * away nothing is refused here: the command finds out by itself.
 *
 * @param find resolves with `undefined` where there is nothing
 * @param noun what there is none of
 */
export async function refuseAbsent(find: () => Promise<unknown>, noun: string): Promise<void> {
  let found: unknown;
  try {
    found = await find();
  } catch (error) {
    if (isDatabaseAway(error)) return;
    throw error;
  }
  if (found === undefined) throw new RefusedError(notFound(noun));
}
