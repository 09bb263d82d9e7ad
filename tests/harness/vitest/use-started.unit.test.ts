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

describe('a started thing', () => {
  const told: string[] = [];

  describe('while the tests run', () => {
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

    it('starts after those above it', () => {
      expect(told).toEqual(['first starts', 'second starts, when first has counted 1']);
    });

    it('behaves like the thing itself', () => {
      expect(first.next()).toBe(2);
      first.name = 'renamed';
      expect({ ...first }).toEqual({ name: 'renamed' });
      expect('next' in first).toBe(true);
    });
  });

  it('stops after the tests, in reverse order', () => {
    expect(told.slice(2)).toEqual(['second stops', 'renamed stops']);
  });
});
