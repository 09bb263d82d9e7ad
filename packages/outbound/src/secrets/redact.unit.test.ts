import { describe, expect, it } from 'vitest';

import { createRedactor, excerpt } from './redact.js';

describe('createRedactor', () => {
  it('takes out every occurrence of every secret', () => {
    const redact = createRedactor(['s3cret', 'token']);
    expect(redact('token s3cret, s3cret!')).toBe('[redacted] [redacted], [redacted]!');
  });

  it('leaves no rest of a secret that contains another one', () => {
    expect(createRedactor(['abc', 'abcdef'])('key abcdef')).toBe('key [redacted]');
  });

  it('takes out what has the form of a secret', () => {
    expect(createRedactor(['x1'], [/\bkey_\w+/g])('x1 key_a key_b')).toBe('[redacted] [redacted] [redacted]');
  });

  it('takes nothing out for a secret that is empty', () => {
    expect(createRedactor([''])('abc')).toBe('abc');
  });
});

describe('excerpt', () => {
  it('is one line', () => {
    expect(excerpt(' a\n\tb ')).toBe('a b');
  });

  it('is cut between characters, not inside one', () => {
    expect(excerpt('ab😀cd', 3)).toBe('ab😀…');
    expect(excerpt('ab😀', 3)).toBe('ab😀');
  });
});
