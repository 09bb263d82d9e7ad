import { describe, expect, it } from 'vitest';

import { TokenSource, type AccessToken } from './token-source.js';

const lifetimeMs = 3_600_000;

describe('access tokens', () => {
  it('are fetched once for concurrent callers, and cached', async () => {
    let fetched = 0;
    const source = new TokenSource(() => Promise.resolve({ value: `token-${(fetched += 1)}`, lifetimeMs }));
    expect(await Promise.all([source.get(), source.get(), source.get()])).toEqual(Array(3).fill('token-1'));
    expect(await source.get()).toBe('token-1');
  });

  it('are renewed before they expire', async () => {
    let nowMs = 0;
    let fetched = 0;
    const fetchToken = (): Promise<AccessToken> =>
      Promise.resolve({ value: `token-${(fetched += 1)}`, lifetimeMs });
    const source = new TokenSource(fetchToken, () => nowMs);
    expect(await source.get()).toBe('token-1');
    nowMs = lifetimeMs - 60_001;
    expect(await source.get()).toBe('token-1');
    nowMs = lifetimeMs - 60_000;
    expect(await source.get()).toBe('token-2');
  });

  it('are fetched again after a failure, which only its waiting callers get', async () => {
    let fetched = 0;
    const source = new TokenSource(() => {
      fetched += 1;
      return fetched === 1 ? Promise.reject(new Error('no')) : Promise.resolve({ value: 'good', lifetimeMs });
    });
    const first = await Promise.allSettled([source.get(), source.get()]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await source.get()).toBe('good');
  });

  it('are not used again once PayPal has refused them; a newer token stays in use', async () => {
    let fetched = 0;
    const source = new TokenSource(() => Promise.resolve({ value: `token-${(fetched += 1)}`, lifetimeMs }));
    source.reject(await source.get());
    expect(await source.get()).toBe('token-2');
    source.reject('token-1');
    expect(await source.get()).toBe('token-2');
  });
});
