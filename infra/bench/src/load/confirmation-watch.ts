import pg from 'pg';

/** Reports when orders were confirmed, by the database's clock. One cheap query covers all orders in progress. */
export interface ConfirmationWatch {
  /** Milliseconds since the epoch. Rejects if the order is cancelled or not confirmed in time. */
  whenConfirmed(orderId: string): Promise<number>;
  close(): Promise<void>;
}

/** Short enough for the loop to continue at once, long enough for a negligible load of the database. */
const everyMs = 20;
const patienceMs = 120_000;

interface Waiting {
  readonly since: number;
  readonly resolve: (confirmedAt: number) => void;
  readonly reject: (error: Error) => void;
}

export async function startConfirmationWatch(databaseUrl: string): Promise<ConfirmationWatch> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench' });
  await client.connect();
  const waiting = new Map<string, Waiting>();
  let stopped = false;

  const poll = async (): Promise<void> => {
    const { rows } = await client.query<{ id: string; status: string; at: Date | null }>({
      name: 'ended-orders',
      text: `SELECT id, status, confirmed_at AS at FROM orders WHERE id = ANY($1::uuid[]) AND status <> 'pending'`,
      values: [[...waiting.keys()]],
    });
    for (const { id, status, at } of rows) {
      if (at) waiting.get(id)?.resolve(at.getTime());
      else waiting.get(id)?.reject(new Error(`the order ${id} is ${status}`));
      waiting.delete(id);
    }
    for (const [id, { since, reject }] of waiting) {
      if (Date.now() - since < patienceMs) continue;
      reject(new Error(`the order ${id} was not confirmed within ${patienceMs} ms`));
      waiting.delete(id);
    }
  };
  const watching = (async () => {
    while (!stopped) {
      if (waiting.size > 0) await poll();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  watching.catch((error: unknown) => {
    for (const { reject } of waiting.values())
      reject(new Error('orders cannot be watched', { cause: error }));
  });
  return {
    whenConfirmed: (orderId) =>
      new Promise((resolve, reject) => waiting.set(orderId, { since: Date.now(), resolve, reject })),
    async close() {
      stopped = true;
      await watching.catch(() => undefined);
      await client.end();
    },
  };
}
