import { describe, expect, it } from 'vitest';

import { median, percentile } from './statistics.js';

describe('the median', () => {
  it('is the value in the middle, in whatever order they come', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 5])).toBe(7);
    expect(median([3])).toBe(3);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that this share does not exceed', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
  });

  it('is the largest where there are few values', () => {
    expect(percentile([2, 1], 0.99)).toBe(2);
  });
});
