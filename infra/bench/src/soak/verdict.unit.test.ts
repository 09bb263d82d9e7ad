import { describe, expect, it } from 'vitest';

import { describeFigures, faultsOf, type SoakFigures } from './verdict.js';

const good: SoakFigures = {
  healthBefore: { tookMs: [2, 1, 3], failed: 0 },
  // 99 of 100 within the limit, as the p99 requires.
  health: { tookMs: [...Array.from({ length: 99 }, () => 100), 5_000], failed: 0 },
  flood: { opened: 10, ended: 4, reset: 3 },
  descriptors: { before: 21, most: 400, after: 21 },
  residentMib: { before: 150, most: 300, after: 200 },
  cpuShare: 0.256,
};

describe('the verdict of a soak', () => {
  it('passes a gateway that answers in time and closes all connections', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  it.each<[string, Partial<SoakFigures>, string]>([
    ['ended', { ended: 'status 1' }, 'the gateway ended: status 1'],
    ['does not answer', { health: { tookMs: [1], failed: 2 } }, '2 requests to /healthz were not answered'],
    ['never answers', { health: { tookMs: [], failed: 0 } }, '/healthz was never answered'],
    ['is slow', { health: { tookMs: [100.1], failed: 0 } }, '/healthz took more than 100 ms (p99)'],
    [
      'keeps descriptors',
      { descriptors: { before: 21, most: 400, after: 24 } },
      'the gateway still has 3 descriptors too many',
    ],
  ])('fails a gateway that %s', (_what, changes, fault) => {
    expect(faultsOf({ ...good, ...changes })).toEqual([fault]);
  });

  it('is printed with all figures', () => {
    expect(describeFigures(good)).toBe(
      [
        '/healthz before      3 answered, 0 not; p50 2.0 ms, p99 3.0 ms, most 3.0 ms',
        '/healthz             100 answered, 0 not; p50 100.0 ms, p99 100.0 ms, most 5000.0 ms',
        'hostile connections  10 opened; 4 refused and ended, 3 dropped or reset by the gateway',
        'open descriptors     21 before, 400 at most, 21 after',
        'resident memory      150 before, 300 at most, 200 after (MiB)',
        'processor time       26 % of one core',
        '',
      ].join('\n'),
    );
  });
});
