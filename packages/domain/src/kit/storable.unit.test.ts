import { describe, expect, it } from 'vitest';

import { isStorable, storable } from './storable.js';

describe('storable', () => {
  it.each([
    ['a\u0000b', 'a\ufffdb'],
    ['\u0000\u0000', '\ufffd\ufffd'],
    ['cut \ud83d', 'cut \ufffd'],
    ['\udca6 begun', '\ufffd begun'],
    ['\udca6\ud83d', '\ufffd\ufffd'],
  ])('replaces unstorable characters: %j', (said, kept) => {
    expect(isStorable(said)).toBe(false);
    expect(storable(said)).toBe(kept);
  });

  it.each(['', 'plain', 'caf\u00e9 \u4e2d \ud83d\udca6', 'a\r\n\tb\u007f\ufffe\uffff'])(
    'leaves %j unchanged',
    (said) => {
      expect(isStorable(said)).toBe(true);
      expect(storable(said)).toBe(said);
    },
  );

  it('replaces unstorable characters at any depth and changes nothing else', () => {
    const said = {
      kind: 'declined',
      code: null,
      list: ['\u0000', { text: '\ud800' }],
      amount: 7,
      isIt: true,
    };
    const kept = {
      kind: 'declined',
      code: null,
      list: ['\ufffd', { text: '\ufffd' }],
      amount: 7,
      isIt: true,
    };
    expect(storable(said)).toEqual(kept);
  });
});
