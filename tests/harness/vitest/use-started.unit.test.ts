import { describe, expect, it } from 'vitest';

import { useStarted } from './use-started.js';

class Counter {
  name = 'first';
  #count = 0;

  next(): number {
    this.#count += 1;
    return this.#count;
  }
}

describe('what tests use', () => {
  const told: string[] = [];

  describe('while they run', () => {
    const first = useStarted({
      async start() {
        told.push('first starts');
        return new Counter();
      },
      stop: async ({ name }) => told.push(`${name} stops`),
    });
    useStarted({
      async start() {
        told.push(`second starts, when first has counted ${first.next()}`);
        return {};
      },
      stop: async () => told.push('second stops'),
    });
    expect(() => first.name).toThrow('before the tests have begun');

    it('is started in the order in which it is written', () => {
      expect(told).toEqual(['first starts', 'second starts, when first has counted 1']);
    });

    it('is used as if it had been there from the beginning', () => {
      expect(first.next()).toBe(2);
      first.name = 'renamed';
      expect({ ...first }).toEqual({ name: 'renamed' });
      expect('next' in first).toBe(true);
    });
  });

  it('is stopped the other way round, as soon as they are over', () => {
    expect(told.slice(2)).toEqual(['second stops', 'renamed stops']);
  });
});
