/**
 * Runs work for each item, with a limited number of items at once, and yields the results in the sequence of the
 * items. Takes an item from the source only when its work begins.
 */
export async function* inParallel<Item, Result>(
  items: AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // A rejection is thrown in its place of the sequence. Until then it must not count as unhandled.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length < concurrency) continue;
    const next = pending.shift();
    if (next) yield await next;
  }
  for (const result of pending) yield await result;
}
