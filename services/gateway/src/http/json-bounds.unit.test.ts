import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { faultOfStructure, jsonBounds, type JsonBounds } from './json-bounds.js';

const few: JsonBounds = { depth: 3, entries: 4, allEntries: 8, text: 10, allTexts: 15, beside: 40 };
const faultOf = (text: string, bounds = few) => faultOfStructure(Buffer.from(text), bounds);

describe('a JSON text', () => {
  it.each([
    ['as deep as may be', '[[[1]]]'],
    ['of as many entries as may be', '{"a":1,"b":2,"c":3,"d":4}'],
    ['of many arrays side by side', '[[1],[2],[3]]'],
    ['with brackets and commas in a text', '["[[[[", ",,,,,"]'],
    ['with escaped quotes and backslashes', String.raw`["\"[[[[\\","[\\"]`],
    ['that is none', ']]]]}}}}'],
    ['with a text that does not end', '["[[[[['],
    ['of nothing', ''],
  ])('%s is let through', (_what, text) => {
    expect(faultOf(text)).toBeUndefined();
  });

  it.each([
    ['too deep', '[[[[1]]]]', 'must not be nested more than 3 levels deep'],
    ['too deep in objects', '{"a":{"b":{"c":{}}}}', 'must not be nested more than 3 levels deep'],
    ['of too many elements', '[1,2,3,4,5]', 'must not have an array or object of more than 4 entries'],
    [
      'of too many members',
      '{"a":{},"b":1,"c":1,"d":1,"e":1}',
      'must not have an array or object of more than 4 entries',
    ],
    ['of too much in all', '[[1,2],[1,2],[1,2],[1]]', 'must not have more than 8 entries in all'],
    ['with a text too long', '["12345678901"]', 'must not have a text of more than 10 bytes'],
    ['with an endless text', '["12345678901', 'must not have a text of more than 10 bytes'],
    ['with too much text', '["1234567890","123456"]', 'must not have texts of more than 15 bytes in all'],
    ['of spaces', `[${' '.repeat(40)}]`, 'must not have more than 40 bytes beside its texts'],
    ['of one number', '1'.repeat(41), 'must not have more than 40 bytes beside its texts'],
  ])('%s is refused', (_what, text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('is limited by its strings as they are written, with escapes at any place', () => {
    const long: JsonBounds = { ...few, text: 1_000, allTexts: 10_000, beside: 10_000 };
    for (let length = 0; length < 300; length += 1) {
      for (const escape of [String.raw`\"`, String.raw`\\`, String.raw`\\\"`, '']) {
        const text = `["${'x'.repeat(length)}${escape}","y"]`;
        expect(faultOf(text, long)).toBeUndefined();
        expect(faultOf(`${text.slice(0, -1)},${'['.repeat(9)}`, long)).toContain('nested');
      }
    }
  });

  it('that is small and of any kind is accepted', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(faultOf(text, jsonBounds)).toBeUndefined();
      }),
    );
  });
});
