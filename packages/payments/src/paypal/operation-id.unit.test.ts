import { describe, expect, it } from 'vitest';

import { idempotencyKeyOf, operationIdOf, requestIdOf } from './operation-id.js';

describe('the id of an operation', () => {
  it('has only characters that PayPal accepts, and can be decoded', () => {
    for (const key of ['order-1:capture:1', 'a_3ab', 'A.b,c', '~!@#', 'x'.repeat(127)]) {
      expect(operationIdOf(key)).toMatch(/^[A-Za-z0-9-_.,]{1,127}$/);
      expect(idempotencyKeyOf(operationIdOf(key))).toBe(key);
    }
  });

  it('is never the same for two keys', () => {
    const keys = ['a:1', 'a.1', 'a_1', 'a_3a1', 'a1', 'A:1', 'a:1 '];
    expect(new Set(keys.map(operationIdOf)).size).toBe(keys.length);
  });

  it('is a digest for a long key, and is not decoded to a key', () => {
    const [a, b] = [operationIdOf(`${'k'.repeat(128)}1`), operationIdOf(`${'k'.repeat(128)}2`)];
    expect(a).not.toBe(b);
    expect(a.length).toBeLessThanOrEqual(127);
    expect(idempotencyKeyOf(a)).toBeUndefined();
  });

  it('is not decoded from the texts that other programs write into these fields', () => {
    for (const other of ['INV 17', 'a_zz', 'a_3', '']) expect(idempotencyKeyOf(other)).toBeUndefined();
  });
});

describe('the PayPal-Request-Id', () => {
  it('is the key, and stays within 108 characters', () => {
    expect(requestIdOf('order-1:op:1')).toBe('order-1:op:1');
    const [a, b] = [requestIdOf(`${'k'.repeat(200)}1`), requestIdOf(`${'k'.repeat(200)}2`)];
    expect(a).not.toBe(b);
    expect(a.length).toBeLessThanOrEqual(108);
  });
});
