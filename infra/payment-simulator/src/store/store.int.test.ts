import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Collection, type StoredRecord } from './collection.js';
import { JournalError } from './journal.js';
import { openStore, type OpenedStore } from './store.js';

interface Thing extends StoredRecord {
  readonly value: number;
}

let folder: string;
let file: string;
const opened: OpenedStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'simulator-store-'));
  file = path.join(folder, 'deep', 'state.ndjson');
});
afterEach(async () => {
  for (const { store } of opened.splice(0)) store.close();
  await rm(folder, { recursive: true, force: true });
});

const open = () => {
  const things = new Collection<Thing>('things');
  const found = openStore(file, [things]);
  opened.push(found);
  return { things, ...found, values: () => [...things.values()].map(({ id, value }) => `${id}=${value}`) };
};
const close = (): void => {
  opened.pop()?.store.close();
};

describe('a committed transaction', () => {
  it('is restored in its order when the file is opened again, removals included', () => {
    const { store, things } = open();
    store.commit([things.put({ id: 'b', value: 1 }), things.put({ id: 'a', value: 2 })]);
    store.commit([things.put({ id: 'b', value: 3 }), things.put({ id: 'c', value: 4 })]);
    store.commit([things.remove('a')]);
    close();
    expect(open().values()).toEqual(['b=3', 'c=4']);
  });

  it('is written before it is visible', async () => {
    const { store, things } = open();
    store.commit([things.put({ id: 'a', value: 42 })]);
    expect(await readFile(file, 'utf8')).toContain('"value":42');
  });

  it('is compacted at the next start', async () => {
    const { store, things } = open();
    for (let value = 0; value < 1_000; value += 1) store.commit([things.put({ id: 'a', value })]);
    const before = (await stat(file)).size;
    close();
    expect(open().values()).toEqual(['a=999']);
    expect((await stat(file)).size).toBeLessThan(before / 100);
  });
});

describe('a damaged file', () => {
  it('with an incomplete last line loses only that line, and can be appended to', async () => {
    const first = open();
    first.store.commit([first.things.put({ id: 'a', value: 1 })]);
    close();
    await appendFile(file, '[{"collection":"things","put":{"id":"b","val');
    const second = open();
    expect(second.found.tornBytes).toBeGreaterThan(0);
    expect(second.values()).toEqual(['a=1']);
    second.store.commit([second.things.put({ id: 'c', value: 3 })]);
    close();
    expect(open().values()).toEqual(['a=1', 'c=3']);
  });

  it('with another damaged line is rejected, because a movement of money would be lost', async () => {
    const { store, things } = open();
    store.commit([things.put({ id: 'a', value: 1 })]);
    store.commit([things.put({ id: 'b', value: 2 })]);
    close();
    const lines = (await readFile(file, 'utf8')).split('\n');
    const damaged = lines.with(1, (lines[1] ?? '').slice(0, -5)).join('\n');
    await writeFile(file, damaged);
    expect(open).toThrow(JournalError);
    expect(await readFile(file, 'utf8')).toBe(damaged);
  });

  it.each(['{"other":"file"}\n', '{"journal":"payment-simulator","version":99}\n'])(
    'with a foreign header is rejected and left unchanged: %j',
    async (content) => {
      open();
      close();
      await writeFile(file, content);
      expect(open).toThrow(/not a journal of version 1/);
      expect(await readFile(file, 'utf8')).toBe(content);
    },
  );
});

describe('two simulators', () => {
  it('cannot open one file, unless the process of the first has ended', async () => {
    open();
    close();
    await writeFile(`${file}.lock`, '1');
    expect(open).toThrow(/in use by process 1/);
    // No process has this id: it is above the largest that Linux assigns.
    await writeFile(`${file}.lock`, '4194999');
    expect(open().values()).toEqual([]);
  });
});
