import { fstatSync, writeSync } from 'node:fs';

/** Takes a text, or does not: `false` where nothing of it, or only a part, could be written. */
type Sink = (text: string) => boolean;

/** How much may wait for a reader that is slow. */
const maxWaitingBytes = 1024 * 1024;
const flushTimeoutMs = 1_000;

/**
 * Writes lines to standard output. It waits for nobody and throws nothing: a line that cannot be written, since the disk
 * is full, or the reader is slow or gone, is dropped and counted. The count stands before the next line that can be.
 */
export class LogOutput {
  #lost = 0;
  #sink: Sink | undefined;
  readonly #sayLost: (count: number) => string;

  /** @param sayLost the line that says how many were dropped */
  constructor(sayLost: (count: number) => string) {
    this.#sayLost = sayLost;
  }

  write(line: string): void {
    if (!this.#saysLost() || !this.#takes(line)) this.#lost += 1;
  }

  /** Calls back when all is written, or cannot be within a second. The process may end then. */
  flush(done: () => void): void {
    this.#saysLost();
    if (process.stdout.writableLength === 0) {
      done();
      return;
    }
    const timer = setTimeout(done, flushTimeoutMs);
    process.stdout.write('', () => {
      clearTimeout(timer);
      done();
    });
  }

  #takes(text: string): boolean {
    this.#sink ??= standardOutput();
    return this.#sink(text);
  }

  #saysLost(): boolean {
    if (this.#lost === 0) return true;
    if (!this.#takes(this.#sayLost(this.#lost))) return false;
    this.#lost = 0;
    return true;
  }
}

function standardOutput(): Sink {
  const kind = fstatSync(process.stdout.fd);
  return kind.isFIFO() || kind.isSocket() ? toStream(process.stdout) : toFile(process.stdout.fd);
}

/** A write to a file ends at once. To a pipe it would last until somebody reads: a stream does that beside all else. */
function toStream(stream: NodeJS.WriteStream): Sink {
  let isGone = false;
  // Once lines were dropped, none is taken before there is room for many.
  let isFull = false;
  stream.on('error', () => {
    isGone = true;
  });
  return (text) => {
    isFull = stream.writableLength + text.length > (isFull ? maxWaitingBytes / 2 : maxWaitingBytes);
    if (isGone || isFull) return false;
    stream.write(text);
    return true;
  };
}

function toFile(fd: number): Sink {
  // A full disk may take a part of a line; the next one begins below it.
  let isTorn = false;
  return (text) => {
    let rest = Buffer.from(isTorn ? `\n${text}` : text);
    try {
      while (rest.length > 0) {
        rest = rest.subarray(writeSync(fd, rest));
        isTorn = rest.length > 0;
      }
      return true;
    } catch {
      return false;
    }
  };
}
