/**
 * Does the work for each item, so many at a time, and yields what it comes to in the order of the items. No more items
 * are taken from the source than are being worked on.
 */
export async function* inParallel<Item, Result>(
  items: AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // A rejection is thrown where its result is due; until then nobody must call it unhandled.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length < concurrency) continue;
    const next = underWay.shift();
    if (next) yield await next;
  }
  for (const result of underWay) yield await result;
}
