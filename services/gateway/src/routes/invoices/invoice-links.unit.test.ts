import { randomBytes } from 'node:crypto';

import { SecretBox } from '@oms/outbound';
import { describe, expect, it } from 'vitest';

import { linkOfToken, tokenOfLink, type InvoiceLink } from './invoice-links.js';

const secrets = new SecretBox([randomBytes(32)]);
const link: InvoiceLink = {
  scope: { tenantId: 't', orgId: 'o' },
  ...{ invoiceId: 'i', format: 'pdf', expiresAtMs: 1_000 },
};
const token = tokenOfLink(secrets, link);
const [text = '', signature = ''] = token.split('.');

describe('the token of a link', () => {
  it('is read until it expires', () => {
    expect(linkOfToken(secrets, token, 999)).toEqual(link);
    expect(linkOfToken(secrets, token, 1_000)).toBeUndefined();
  });

  it.each([
    ['tenant', ['x', 'o', 'i', 'pdf', 1_000]],
    ['organisation', ['t', 'x', 'i', 'pdf', 1_000]],
    ['invoice', ['t', 'o', 'x', 'pdf', 1_000]],
    ['format', ['t', 'o', 'i', 'html', 1_000]],
    ['expiry', ['t', 'o', 'i', 'pdf', 2_000]],
  ])('with another %s → refused', (_part, parts) => {
    const altered = Buffer.from(JSON.stringify(parts)).toString('base64url');
    expect(linkOfToken(secrets, `${altered}.${signature}`, 0)).toBeUndefined();
  });

  it.each(['', '.', text, `${text}.`, `.${signature}`, `${token}.x`, 'null.null'])(
    'is no token: %s',
    (other) => {
      expect(linkOfToken(secrets, other, 0)).toBeUndefined();
    },
  );

  it('of other keys → refused', () => {
    expect(linkOfToken(new SecretBox([randomBytes(32)]), token, 0)).toBeUndefined();
  });
});
