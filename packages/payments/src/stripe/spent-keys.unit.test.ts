import { describe, expect, it } from 'vitest';

import type { ProviderOutcome } from '../payment-provider.js';
import { withUnspentKey } from './spent-keys.js';

const done: ProviderOutcome<object> = { kind: 'done' };
const unknown: ProviderOutcome<object> = { kind: 'unknown', message: 'stored failure' };

describe('spent keys', () => {
  it('uses only the operation’s own key while that is not spent', async () => {
    const keys: string[] = [];
    const outcome = await withUnspentKey('order-1:capture:1', async (key) => {
      keys.push(key);
      return Promise.resolve({ outcome: unknown, keySpent: false });
    });
    expect(outcome).toBe(unknown);
    expect(keys).toEqual(['order-1:capture:1']);
  });

  it('tries the same sequence of keys each time, up to the first unspent one', async () => {
    const spent = new Set(['k', 'k:2', 'k:3']);
    for (let call = 0; call < 2; call += 1) {
      const keys: string[] = [];
      const outcome = await withUnspentKey('k', async (key) => {
        keys.push(key);
        const keySpent = spent.has(key);
        return Promise.resolve({ outcome: keySpent ? unknown : done, keySpent });
      });
      expect(outcome).toBe(done);
      expect(keys).toEqual(['k', 'k:2', 'k:3', 'k:4']);
    }
  });

  it('is unknown when the whole sequence of keys is spent', async () => {
    let attempts = 0;
    const outcome = await withUnspentKey('k', async () => {
      attempts += 1;
      return Promise.resolve({ outcome: unknown, keySpent: true });
    });
    expect(outcome).toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('only a person') as string,
    });
    expect(attempts).toBe(32);
  });
});
