import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** A sealed text that cannot be opened: its key is missing, its owner is another, or somebody has changed it. */
export class SealedError extends Error {
  override readonly name = 'SealedError';
}

/**
 * Seals secrets by AES-256-GCM, so that they can be kept where they must not be read. A secret that was sealed for one
 * owner cannot be opened for another.
 *
 * A sealed text is `v1.<key id>.<base64url of nonce, tag and ciphertext>`. To rotate, put a new key before the old one:
 * the new one seals, both open.
 */
export class SecretBox {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #newest: { readonly id: string; readonly key: Buffer };

  /** @param keys of 32 bytes each; the first one seals, all of them open */
  constructor(keys: readonly Buffer[]) {
    const [newest] = keys;
    if (!newest) throw new Error('there is no key to seal secrets with');
    this.#keys = new Map(keys.map((key) => [keyId(key), key]));
    this.#newest = { id: keyId(newest), key: newest };
  }

  seal(text: string, owner: string): string {
    const { id, key } = this.#newest;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1.${id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** @throws SealedError, without a part of the secret */
  open(sealed: string, owner: string): string {
    const [version, id = '', body = ''] = sealed.split('.');
    const key = this.#keys.get(id);
    if (version !== 'v1' || !key) throw new SealedError('the secrets are sealed with a key that is not here');
    const bytes = Buffer.from(body, 'base64url');
    try {
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const opened = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      return opened.toString('utf8');
    } catch {
      throw new SealedError('the secrets were not sealed for this owner, or have been changed since');
    }
  }

  /**
   * Keyed hash for comparing secrets. Unlike a plain hash it cannot be brute-forced offline. It changes with the newest
   * key.
   */
  fingerprint(text: string): string {
    return macOf(this.#newest.key, 'fingerprint', text).toString('hex');
  }

  /** Signs a text by HMAC-SHA-256, with a key of its own for each purpose. Returns the signature in base64url. */
  sign(text: string, purpose: string): string {
    return macOf(this.#newest.key, `sign ${purpose}`, text).toString('base64url');
  }

  /** Whether a text was signed for a purpose, by any of the keys. Takes the same time for every wrong signature. */
  isSigned(text: string, signature: string, purpose: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    // Base64 has several spellings of the same bytes.
    if (given.toString('base64url') !== signature) return false;
    return [...this.#keys.values()]
      .map((key) => macOf(key, `sign ${purpose}`, text))
      .map((mac) => mac.length === given.length && timingSafeEqual(mac, given))
      .includes(true);
  }
}

const keyId = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

function macOf(key: Buffer, purpose: string, text: string): Buffer {
  const derived = createHmac('sha256', key).update(purpose).digest();
  return createHmac('sha256', derived).update(text).digest();
}
