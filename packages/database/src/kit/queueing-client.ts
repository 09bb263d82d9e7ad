import pg from 'pg';

/**
 * A connection that sends a query when it is done with the one before. A transaction of Prisma reads the relations of a row
 * at once, over its one connection; the driver is about to refuse that.
 */
export class QueueingClient extends pg.Client {
  #last: Promise<unknown> = Promise.resolve();

  // The driver has a form for each way to call it. Whoever waits for a callback or a stream is passed on as it is.
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
