import { invoiceFormat, type InvoiceFormat } from '@oms/contracts/http';
import type { TenantScope } from '@oms/domain';
import type { SecretBox } from '@oms/outbound';
import { z } from 'zod';

/** A link to one invoice in one format. */
export interface InvoiceLink {
  readonly scope: TenantScope;
  readonly invoiceId: string;
  readonly format: InvoiceFormat;
  readonly expiresAtMs: number;
}

const purpose = 'link to an invoice';
const signedParts = z.tuple([z.string(), z.string(), z.string(), invoiceFormat, z.int()]);

/** Makes the token of a link: its parts, signed. The parts can be read, and none can be changed. */
export function tokenOfLink(
  secrets: Pick<SecretBox, 'sign'>,
  { scope, invoiceId, format, expiresAtMs }: InvoiceLink,
): string {
  const parts = [scope.tenantId, scope.orgId, invoiceId, format, expiresAtMs];
  const text = Buffer.from(JSON.stringify(parts)).toString('base64url');
  return `${text}.${secrets.sign(text, purpose)}`;
}

/** Reads the token of a link. `undefined` for an altered or an expired one. */
export function linkOfToken(
  secrets: Pick<SecretBox, 'isSigned'>,
  token: string,
  nowMs: number,
): InvoiceLink | undefined {
  const [text = '', signature = '', ...others] = token.split('.');
  if (others.length > 0 || !secrets.isSigned(text, signature, purpose)) return undefined;
  const parsed = signedParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  const [tenantId, orgId, invoiceId, format, expiresAtMs] = parsed;
  if (nowMs >= expiresAtMs) return undefined;
  return { scope: { tenantId, orgId }, invoiceId, format, expiresAtMs };
}
