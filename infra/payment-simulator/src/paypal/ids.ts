import { randomBytes, randomUUID } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKLMNPRSTUVWXY';

/** A new id as PayPal's look: 17 capital letters and digits. */
export function newObjectId(): string {
  return [...randomBytes(17)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('');
}

export function newEventId(): string {
  return `WH-${newObjectId()}-${newObjectId()}`;
}

/** The id under which PayPal's logs have an answer. */
export function newDebugId(): string {
  return randomBytes(7).toString('hex').slice(0, 13);
}

export const newTransmissionId = (): string => randomUUID();

export function newAccessToken(): string {
  return `A21AA${randomBytes(48).toString('base64url')}`;
}
