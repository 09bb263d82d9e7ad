import { randomBytes } from 'node:crypto';

/** The characters of Adyen's references: no vowels, and none that looks like another. */
const alphabet = '23456789BCDFGHJKLMNPQRSTVWXZ';

/** A new PSP reference: 16 upper-case letters and digits. */
export function newPspReference(): string {
  let text = '';
  for (const byte of randomBytes(16)) text += alphabet[byte % alphabet.length] ?? '';
  return text;
}

export function isPspReference(text: string): boolean {
  return /^[A-Z0-9]{16}$/.test(text);
}
