import { randomBytes, randomUUID } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKLMNPRSTUVWXY';

/** A new id in PayPal's format: 17 capital letters and digits. */
export function newObjectId(): string {
  return [...randomBytes(17)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('');
}

export function newEventId(): string {
  return `WH-${newObjectId()}-${newObjectId()}`;
}

/** The id of an answer in PayPal's logs. */
export function newDebugId(): string {
  return randomBytes(7).toString('hex').slice(0, 13);
}

export const newTransmissionId = (): string => randomUUID();

export function newAccessToken(): string {
  return `A21AA${randomBytes(48).toString('base64url')}`;
}
