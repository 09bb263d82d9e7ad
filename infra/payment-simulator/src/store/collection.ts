/** A stored record. Its id is unique within its collection. */
export interface StoredRecord {
  readonly id: string;
}

/** One record as it is after a transaction, or its removal. */
export type Change =
  | { readonly collection: string; readonly put: StoredRecord }
  | { readonly collection: string; readonly remove: string };

/**
 * Records of one kind in the order in which they were first put: a projection of the journal. Only the store changes
 * it, after the journal has written the change.
 */
export class Collection<R extends StoredRecord> {
  readonly #records = new Map<string, R>();
  readonly #groups = new Map<string, string[]>();

  /**
   * @param name of the collection in the journal
   * @param groupBy the key of {@link group}, which must never change for a record
   */
  constructor(
    readonly name: string,
    private readonly groupBy?: (record: R) => string | null,
  ) {}

  get size(): number {
    return this.#records.size;
  }

  get(id: string): R | undefined {
    return this.#records.get(id);
  }

  /** All records, oldest first. */
  values(): IterableIterator<R> {
    return this.#records.values();
  }

  /** The records of one group, oldest first. */
  group(key: string): readonly R[] {
    return (this.#groups.get(key) ?? []).flatMap((id) => this.#records.get(id) ?? []);
  }

  /** The change that puts a record. */
  put(record: R): Change {
    return { collection: this.name, put: record };
  }

  /** The change that removes a record. */
  remove(id: string): Change {
    return { collection: this.name, remove: id };
  }

  /** Only the store calls this. */
  apply(change: Change): void {
    if ('remove' in change) {
      this.#records.delete(change.remove);
      return;
    }
    // Changes under this collection's name come only from its own `put`.
    const record = change.put as R;
    if (!this.#records.has(record.id)) {
      const group = this.groupBy?.(record);
      if (group) this.#groups.set(group, [...(this.#groups.get(group) ?? []), record.id]);
    }
    this.#records.set(record.id, record);
  }
}
