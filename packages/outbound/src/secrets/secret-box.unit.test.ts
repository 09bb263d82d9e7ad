import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { SealedError, SecretBox } from './secret-box.js';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const box = new SecretBox([newer]);

describe('a sealed secret', () => {
  it('is opened by who has the key, for its owner', () => {
    expect(box.open(box.seal('pässword', 'tenant-1'), 'tenant-1')).toBe('pässword');
    expect(box.open(box.seal('', 'tenant-1'), 'tenant-1')).toBe('');
  });

  it('does not show what is in it, nor whether two are alike', () => {
    const sealed = box.seal('password', 'tenant-1');
    expect(sealed).not.toContain('password');
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('password');
    expect(box.seal('password', 'tenant-1')).not.toBe(sealed);
  });

  it('is not opened for another owner, with another key, or after a change', () => {
    const sealed = box.seal('password', 'tenant-1');
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(() => box.open(sealed, 'tenant-2')).toThrow(SealedError);
    expect(() => new SecretBox([older]).open(sealed, 'tenant-1')).toThrow(SealedError);
    expect(() => box.open(changed, 'tenant-1')).toThrow(SealedError);
    for (const text of ['', 'v1', 'v1..', `${sealed.split('.').slice(0, 2).join('.')}.`, 'v2.x.y']) {
      expect(() => box.open(text, 'tenant-1')).toThrow(SealedError);
    }
  });

  it('is still opened while a new key is being introduced, which seals from then on', () => {
    const before = new SecretBox([older]).seal('password', 'tenant-1');
    const both = new SecretBox([newer, older]);
    expect(both.open(before, 'tenant-1')).toBe('password');
    expect(box.open(both.seal('password', 'tenant-1'), 'tenant-1')).toBe('password');
  });

  it('names its key, so that the key that is still needed can be told', () => {
    const keyOf = (sealed: string) => sealed.split('.')[1];
    const before = new SecretBox([older]).seal('a', 'tenant-1');
    const after = new SecretBox([newer, older]).seal('b', 'tenant-2');
    expect(keyOf(after)).toBe(keyOf(box.seal('c', 'tenant-1')));
    expect(keyOf(after)).not.toBe(keyOf(before));
  });
});

it('tells texts apart by a fingerprint that nobody can make without the key', () => {
  expect(box.fingerprint('a')).toBe(new SecretBox([newer]).fingerprint('a'));
  expect(box.fingerprint('a')).not.toBe(box.fingerprint('b'));
  expect(box.fingerprint('a')).not.toBe(new SecretBox([older]).fingerprint('a'));
});

describe('a signature', () => {
  const signature = box.sign('text', 'links');

  it('is accepted for its text and its purpose, also by an older key during a rotation', () => {
    expect(box.isSigned('text', signature, 'links')).toBe(true);
    const both = new SecretBox([newer, older]);
    expect(both.isSigned('text', new SecretBox([older]).sign('text', 'links'), 'links')).toBe(true);
    expect(both.sign('text', 'links')).toBe(signature);
  });

  it('is refused for another text, purpose or key, and after any change', () => {
    expect(box.isSigned('text2', signature, 'links')).toBe(false);
    expect(box.isSigned('text', signature, 'other')).toBe(false);
    expect(new SecretBox([older]).isSigned('text', signature, 'links')).toBe(false);
    const last = signature.slice(-1);
    // The last character has two unused bits: its neighbour stands for the same bytes.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const neighbour = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
    for (const changed of [
      '',
      'A',
      `${signature}A`,
      signature.slice(0, -1),
      signature.slice(0, -1) + neighbour,
    ]) {
      expect(box.isSigned('text', changed, 'links')).toBe(false);
    }
  });
});
