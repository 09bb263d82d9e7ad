import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** The file is damaged, or has another format than this program's journal. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

const header = { journal: 'payment-simulator', version: 1 } as const;

export interface ReadJournal {
  /** The content of each complete line, in order, without the header. */
  readonly entries: readonly unknown[];
  /** Bytes of an incomplete last line. Its transaction was never confirmed. */
  readonly tornBytes: number;
}

/**
 * Reads a journal. A file that is not there is an empty journal.
 *
 * @throws JournalError when a line before the last is damaged: skipping it would lose confirmed movements of money
 */
export function readJournal(file: string): ReadJournal {
  const bytes = readIfThere(file);
  const entries: unknown[] = [];
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) break;
    const entry = parseLine(bytes.toString('utf8', start, end), file, line);
    if (line === 1) checkHeader(entry, file);
    else entries.push(entry);
    start = end + 1;
  }
  return { entries, tornBytes: bytes.length - start };
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parseLine(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JournalError(`${file}, line ${line} is damaged: it is not JSON`);
  }
}

function checkHeader(entry: unknown, file: string): void {
  if (JSON.stringify(entry) === JSON.stringify(header)) return;
  throw new JournalError(`${file} is not a journal of version ${header.version} of the payment simulator`);
}

/**
 * An append-only file of one JSON value per line.
 *
 * When `append` returns, the operating system has the line, so it survives the end of this process, SIGKILL included.
 * The file is not synchronised with the disk: a power failure may lose the last seconds. In return, any disk allows
 * thousands of requests a second.
 */
export interface Journal {
  /** @throws when the line could not be written completely; no part of it remains, and a later call may succeed */
  append(entry: unknown): void;
  /** Whether the last rejected line would fit now. Does not change the file. */
  hasRoom(): boolean;
  close(): void;
}

/** Replaces the file atomically by a new one with these entries only, and opens it for appending. */
export function rewriteJournal(file: string, entries: Iterable<unknown>): Journal {
  const temporary = `${file}.new`;
  mkdirSync(path.dirname(file), { recursive: true });
  const fd = openSync(temporary, 'w');
  let length = 0;
  try {
    length = writeAt(fd, lineOf(header), 0);
    for (const entry of entries) length += writeAt(fd, lineOf(entry), length);
    fsyncSync(fd);
    renameSync(temporary, file);
  } catch (error) {
    // On a full disk the incomplete file would take the room of the next one.
    closeSync(fd);
    rmSync(temporary, { force: true });
    throw error;
  }
  /** Removes an incomplete line: later lines would be unreadable after it. */
  const cutOff = (): void => {
    if (fstatSync(fd).size > length) ftruncateSync(fd, length);
  };
  let refused = 0;
  return {
    append(entry) {
      const line = lineOf(entry);
      try {
        length += writeAt(fd, line, length);
      } catch (error) {
        refused = line.length;
        cutOff();
        throw error;
      }
    },
    hasRoom() {
      try {
        writeAt(fd, Buffer.alloc(refused, ' '), length);
        return true;
      } catch {
        return false;
      } finally {
        cutOff();
      }
    },
    close() {
      closeSync(fd);
    },
  };
}

const lineOf = (entry: unknown): Buffer => Buffer.from(`${JSON.stringify(entry)}\n`);

/** Writes a whole line; a single `write` may take only a part, for instance when the disk is nearly full. */
function writeAt(fd: number, line: Buffer, position: number): number {
  for (let done = 0; done < line.length;) {
    done += writeSync(fd, line, done, line.length - done, position + done);
  }
  return line.length;
}
