/** Whatever is kept has an id that is unique within its collection. */
export interface StoredRecord {
  readonly id: string;
}

/** One record as it is after a transaction, or its removal. */
export type Change =
  | { readonly collection: string; readonly put: StoredRecord }
  | { readonly collection: string; readonly remove: string };

export interface PageRequest {
  readonly limit: number;
  /** Only what is older than this record. */
  readonly after?: string;
  /** Only what is newer than this record; of that, what is nearest to it. */
  readonly before?: string;
}

export interface Page<R> {
  /** Newest first. */
  readonly records: readonly R[];
  readonly hasMore: boolean;
}

/**
 * Records of one kind in the order in which they were first put. What is here is a projection of the journal: only
 * the store changes it, after the journal has taken the change.
 */
export class Collection<R extends StoredRecord> {
  readonly #records = new Map<string, R>();
  /** Ids by position; a removed record leaves a gap. */
  readonly #ids: (string | undefined)[] = [];
  readonly #positions = new Map<string, number>();
  readonly #groups = new Map<string, string[]>();

  /**
   * @param name of the collection in the journal
   * @param groupBy what {@link group} finds records by; must never change for a record
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

  /** A page of all records, or of a group. The records of `after` and `before` must exist. */
  page(request: PageRequest, filter: (record: R) => boolean = () => true, group?: string): Page<R> {
    const ids = group === undefined ? this.#ids : (this.#groups.get(group) ?? []);
    const position = (id: string): number =>
      group === undefined ? (this.#positions.get(id) ?? -1) : ids.indexOf(id);
    const forward = request.before !== undefined;
    const found: R[] = [];
    let at = request.before === undefined ? ids.length - 1 : position(request.before) + 1;
    if (request.after !== undefined) at = position(request.after) - 1;
    for (; at >= 0 && at < ids.length && found.length <= request.limit; at += forward ? 1 : -1) {
      const record = this.#records.get(ids[at] ?? '');
      if (record && filter(record)) found.push(record);
    }
    const records = found.slice(0, request.limit);
    return { records: forward ? records.reverse() : records, hasMore: found.length > request.limit };
  }

  /** What a transaction writes to put this record. */
  put(record: R): Change {
    return { collection: this.name, put: record };
  }

  /** What a transaction writes to forget this record. */
  remove(id: string): Change {
    return { collection: this.name, remove: id };
  }

  /** For the store alone. */
  apply(change: Change): void {
    if ('remove' in change) {
      this.#remove(change.remove);
      return;
    }
    // The journal holds under this collection's name only what this collection's `put` has made.
    const record = change.put as R;
    if (!this.#positions.has(record.id)) {
      this.#positions.set(record.id, this.#ids.push(record.id) - 1);
      const group = this.groupBy?.(record);
      if (group) this.#groups.set(group, [...(this.#groups.get(group) ?? []), record.id]);
    }
    this.#records.set(record.id, record);
  }

  #remove(id: string): void {
    const position = this.#positions.get(id);
    if (position === undefined) return;
    this.#ids[position] = undefined;
    this.#positions.delete(id);
    this.#records.delete(id);
  }
}
