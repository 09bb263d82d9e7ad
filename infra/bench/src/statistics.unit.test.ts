import { describe, expect, it } from 'vitest';

import { median, percentile } from './statistics.js';

describe('median', () => {
  it('returns the middle value of unsorted values, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 5])).toBe(7);
    expect(median([3])).toBe(3);
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('returns the value that a share of the values does not exceed', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
  });

  it('returns the largest of few values', () => {
    expect(percentile([2, 1], 0.99)).toBe(2);
  });
});
