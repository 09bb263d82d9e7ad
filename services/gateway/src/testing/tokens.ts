import { randomBytes, randomUUID } from 'node:crypto';

import jwt, { type SignOptions } from 'jsonwebtoken';

/** What tokens of these tests say of where they come from and whom they are for. */
export const issuer = 'https://issuer.example';
export const audience = 'orders-api';

/** A tenant, an organisation and a secret that no other test has. */
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

/** A token that is right in every respect but for what is changed. */
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
