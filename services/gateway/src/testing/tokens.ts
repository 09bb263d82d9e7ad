import { randomBytes, randomUUID } from 'node:crypto';

import jwt, { type SignOptions } from 'jsonwebtoken';

/** The issuer and the audience of tokens in these tests. */
export const issuer = 'https://issuer.example';
export const audience = 'orders-api';

/** A new tenant, organisation and secret. */
export function newIdentity() {
  return { tenantId: randomUUID(), orgId: randomUUID(), secret: randomBytes(32).toString('hex') };
}
export type Identity = ReturnType<typeof newIdentity>;

/** The claims of an administrator; `undefined` leaves a claim out. */
export function claimsOf(
  identity: Identity,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const claims = {
    sub: 'user-1',
    tenant_id: identity.tenantId,
    org_id: identity.orgId,
    roles: ['admin'],
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Makes a valid token, apart from the given changes. */
export function mintToken(
  identity: Identity,
  claims: Readonly<Record<string, unknown>> = {},
  options: SignOptions = {},
): string {
  return jwt.sign(claimsOf(identity, claims), identity.secret, {
    algorithm: 'HS256',
    issuer,
    audience,
    expiresIn: 600,
    ...options,
  });
}
