import pg from 'pg';

/**
 * A connection that runs its queries one after the other. A Prisma transaction reads several relations at once over
 * its one connection. The driver warns about that and will refuse it in a later version.
 */
export class QueueingClient extends pg.Client {
  #last: Promise<unknown> = Promise.resolve();

  // Queues only calls that return a promise. Calls with a callback or a stream go to the driver directly.
  override query(...given: unknown[]): never {
    const send = super.query.bind(this) as (...given: unknown[]) => unknown;
    if (!returnsPromise(given)) return send(...given) as never;
    const result = this.#last.then(() => send(...given));
    this.#last = result.catch(() => undefined);
    return result as never;
  }
}

function returnsPromise(given: readonly unknown[]): boolean {
  const [query] = given;
  const isSubmittable = typeof query === 'object' && query !== null && 'submit' in query;
  return !isSubmittable && typeof given.at(-1) !== 'function';
}
