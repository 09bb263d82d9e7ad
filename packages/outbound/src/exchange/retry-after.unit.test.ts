import { expect, it } from 'vitest';

import { readRetryAfter } from './retry-after.js';

const nowMs = Date.parse('2026-11-02T10:00:00Z');

it.each([
  ['7', 7_000],
  ['Mon, 02 Nov 2026 10:00:30 GMT', 30_000],
  ['0', undefined],
  ['-5', undefined],
  ['999999', undefined],
  ['Mon, 02 Nov 2026 09:00:00 GMT', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('takes %s for %s ms', (header, retryAfterMs) => {
  expect(readRetryAfter(header, nowMs).retryAfterMs).toBe(retryAfterMs);
});
