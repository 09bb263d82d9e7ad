import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { resources } from '@oms/contracts/http';
import { stores } from '@oms/database';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.e2e.test.ts'))
  .map((file) => readFileSync(path.join(folder, file), 'utf8'));

describe('a declared resource', () => {
  it('has a store, and each store a resource', () => {
    const stored: readonly unknown[] = Object.values(stores).map(({ resource }) => resource);
    expect(new Set(stored)).toEqual(new Set(Object.values(resources)));
  });

  it.each(Object.entries(resources).flatMap(([name, resource]) => ('usual' in resource ? [name] : [])))(
    '%s has an end-to-end test of the contract',
    (name) => {
      expect(tests.filter((test) => test.includes(`resourceContract(${name}, `))).toHaveLength(1);
    },
  );
});
