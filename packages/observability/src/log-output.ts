import { fstatSync, writeSync } from 'node:fs';

/** Writes a text. Returns `false` if nothing or only a part was written. */
type Sink = (text: string) => boolean;

/** The largest number of bytes that wait for a slow reader. */
const maxWaitingBytes = 1024 * 1024;
const flushTimeoutMs = 1_000;

/**
 * Writes lines to standard output, without waiting and without throwing. A line is dropped and counted if the disk is full,
 * or the reader is slow or gone. The count is written before the next line.
 */
export class LogOutput {
  #lost = 0;
  #sink: Sink | undefined;
  readonly #sayLost: (count: number) => string;

  /** @param sayLost renders the line with the number of dropped lines */
  constructor(sayLost: (count: number) => string) {
    this.#sayLost = sayLost;
  }

  write(line: string): void {
    if (!this.#saysLost() || !this.#takes(line)) this.#lost += 1;
  }

  /** Calls `done` once everything is written, at the latest after a second. Then the process may end. */
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

/** For pipes. A synchronous write to a pipe would block until the reader reads, so a stream writes in the background. */
function toStream(stream: NodeJS.WriteStream): Sink {
  let isGone = false;
  // After a drop, lines are accepted again only once half of the buffer is free.
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
  // A full disk may tear a line. The next line then begins with a line break.
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
