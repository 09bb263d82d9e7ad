import type { Change, StoredRecord } from './collection.js';
import { lockFile } from './file-lock.js';
import { JournalError, readJournal, rewriteJournal, type Journal } from './journal.js';

/** A collection of any record type, as the store uses it. */
export interface AnyCollection {
  readonly name: string;
  readonly size: number;
  values(): Iterable<StoredRecord>;
  put(record: StoredRecord): Change;
  apply(change: Change): void;
}

export interface OpenedStore {
  readonly store: Store;
  /** The content of the file, for the log. */
  readonly found: { readonly transactions: number; readonly records: number; readonly tornBytes: number };
}

/** How many records a line of a compacted journal holds. */
const recordsPerLine = 200;

/**
 * Opens the state in a file and compacts the file, so that it holds each record once.
 *
 * @throws JournalError when the file is damaged; Error when another process has it open
 */
export function openStore(file: string, collections: readonly AnyCollection[]): OpenedStore {
  const unlock = lockFile(file);
  try {
    const byName = new Map(collections.map((collection) => [collection.name, collection]));
    const { entries, tornBytes } = readJournal(file);
    for (const entry of entries) applyAll(byName, changesOf(entry));
    const journal = rewriteJournal(file, compacted(collections));
    const records = collections.reduce((sum, { size }) => sum + size, 0);
    return {
      store: new Store(byName, journal, unlock),
      found: { transactions: entries.length, records, tornBytes },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function changesOf(entry: unknown): readonly Change[] {
  if (!Array.isArray(entry)) throw new JournalError('the journal has a line that is not a transaction');
  return entry as Change[]; // A journal with the right header was written by `commit` alone.
}

function applyAll(collections: ReadonlyMap<string, AnyCollection>, changes: readonly Change[]): void {
  for (const change of changes) {
    const collection = collections.get(change.collection);
    if (!collection) throw new JournalError(`the journal names an unknown collection ${change.collection}`);
    collection.apply(change);
  }
}

function* compacted(collections: readonly AnyCollection[]): Generator<readonly Change[]> {
  for (const collection of collections) {
    let line: Change[] = [];
    for (const record of collection.values()) {
      line.push(collection.put(record));
      if (line.length === recordsPerLine) {
        yield line;
        line = [];
      }
    }
    if (line.length > 0) yield line;
  }
}

/** The only way to change the state. A transaction is one line of the journal, so it is atomic. */
export class Store {
  #writable = true;

  constructor(
    private readonly collections: ReadonlyMap<string, AnyCollection>,
    private readonly journal: Journal,
    private readonly unlock: () => void,
  ) {}

  /** Whether transactions can be written: the last one was, or would fit by now. */
  get writable(): boolean {
    this.#writable ||= this.journal.hasRoom();
    return this.#writable;
  }

  /**
   * Writes the changes, then makes them visible. After the return they survive the end of the process.
   *
   * @throws when they could not be written; then nothing has changed
   */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#writable = false;
    this.journal.append(changes);
    this.#writable = true;
    applyAll(this.collections, changes);
  }

  close(): void {
    this.journal.close();
    this.unlock();
  }
}
