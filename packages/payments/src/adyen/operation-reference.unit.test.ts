import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { operationReference } from './operation-reference.js';

const keys = fc.stringMatching(/^[\x21-\x7e]{1,250}$/);

describe('the reference of an operation at Adyen', () => {
  it('is its idempotency key, where that has at most 64 characters', () => {
    const key = '0b6c2b1e-6f0a-4f7e-9f2e-3a5f0d2f9a11:capture:1';
    expect(operationReference(key)).toBe(key);
    expect(operationReference('k'.repeat(64))).toBe('k'.repeat(64));
  });

  it('has at most 64 characters, and is always the same for the same key', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(operationReference(key)).toMatch(/^[\x21-\x7e]{1,64}$/);
        expect(operationReference(key)).toBe(operationReference(key));
      }),
    );
  });

  it('differs for keys that differ only after the 64th character', () => {
    const long = 'k'.repeat(65);
    expect(operationReference(`${long}1`)).not.toBe(operationReference(`${long}2`));
  });

  it('cannot be mistaken for the hash of another key', () => {
    const hash = operationReference('k'.repeat(65));
    expect(operationReference(hash)).not.toBe(hash);
  });
});
