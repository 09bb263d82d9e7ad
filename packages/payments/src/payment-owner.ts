import type { PaymentOwner } from '@oms/domain';

const unnamed: PaymentOwner = { kind: 'unnamed' };
const unreadable: PaymentOwner = { kind: 'unreadable' };

/** Reads an owner that a checkout wrote into two fields of a payment, as it does at Stripe. */
export function ownerOfFields(tenant: string | undefined, organisation: string | undefined): PaymentOwner {
  if (tenant === undefined && organisation === undefined) return unnamed;
  const [tenantId, orgId] = [readId(tenant), readId(organisation)];
  return tenantId === undefined || orgId === undefined ? unreadable : { kind: 'named', tenantId, orgId };
}

/** Distinguishes an owner from a reference that the merchant wrote. */
const mark = 'oms';

/**
 * Reads an owner from the one text that a checkout can write into a payment at Adyen and PayPal:
 * `oms.<tenant>.<organisation>`, which may go on with a dot and anything.
 */
export function ownerOfText(text: string | undefined): PaymentOwner {
  const [first, tenant, organisation] = (text ?? '').split('.');
  return first === mark ? ownerOfFields(tenant ?? '', organisation ?? '') : unnamed;
}

/** Reads a UUID, in its usual form or as its 16 bytes in base64url: 80 characters at Adyen leave little room. */
function readId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 16 || bytes.toString('base64url') !== text) return undefined;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
