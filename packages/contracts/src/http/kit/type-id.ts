/** Crockford's base32 in lower case, as the TypeID specification requires. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const suffixLength = 26;

/** 26 base32 digits hold 130 bits. The first digit is at most 7, so that the value fits a UUID of 128 bits. */
export const base32Pattern = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const suffixPattern = new RegExp(`^${base32Pattern}$`);

/**
 * Renders a TypeID: a prefix that names the type, and the UUID in 26 digits of base32
 * (https://github.com/jetify-com/typeid).
 *
 * @param prefix lower-case letters, such as `ord`
 * @param uuid in its usual form
 */
export function typeIdOf(prefix: string, uuid: string): string {
  return `${prefix}_${base32Of(uuid)}`;
}

/** A UUID in 26 digits of base32, as TypeIDs have it. */
export function base32Of(uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let suffix = '';
  while (suffix.length < suffixLength) {
    suffix = alphabet.charAt(Number(rest & 31n)) + suffix;
    rest >>= 5n;
  }
  return suffix;
}

/** The form of a TypeID with this prefix. */
export function typeIdPattern(prefix: string): RegExp {
  return new RegExp(`^${prefix}_${base32Pattern}$`);
}

/**
 * The UUID of a TypeID, in lower case.
 *
 * @returns `undefined` when the text is no TypeID of that prefix
 */
export function uuidOfTypeId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  return uuidOfBase32(text.slice(prefix.length + 1));
}

/** The UUID that 26 digits of base32 stand for, in lower case; `undefined` for any other text. */
export function uuidOfBase32(suffix: string): string | undefined {
  if (!suffixPattern.test(suffix)) return undefined;
  let value = 0n;
  for (const digit of suffix) value = (value << 5n) | BigInt(alphabet.indexOf(digit));
  const hex = value.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
