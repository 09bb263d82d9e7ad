import type { Change, Collection, StoredRecord } from './collection.js';

/** Changes that are not committed yet. Reads through the transaction see them. */
export class Transaction {
  readonly #puts = new Map<string, Change>();

  get changes(): readonly Change[] {
    return [...this.#puts.values()];
  }

  get<R extends StoredRecord>(collection: Collection<R>, id: string): R | undefined {
    const pending = this.#puts.get(keyOf(collection.name, id));
    // `put` has set the value under this collection's name, with this collection's type.
    return pending && 'put' in pending ? (pending.put as R) : collection.get(id);
  }

  put<R extends StoredRecord>(collection: Collection<R>, record: R): R {
    this.#puts.set(keyOf(collection.name, record.id), collection.put(record));
    return record;
  }
}

function keyOf(collection: string, id: string): string {
  return `${collection}/${id}`;
}
