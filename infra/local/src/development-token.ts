import jwt from 'jsonwebtoken';

/** The issuer and audience of development tokens. */
export const developmentIssuer = 'oms-development';
export const developmentAudience = 'oms-api';

export interface TokenClaims {
  readonly tenantId: string;
  readonly orgId: string;
  readonly role: string;
  /** Permissions in addition to those of the role. */
  readonly permissions?: readonly string[];
  readonly subject?: string;
  /** Default 30 days. */
  readonly lifetimeSeconds?: number;
}

/** A development token, signed with the secret of the local gateway. */
export function mintDevelopmentToken(secret: string, claims: TokenClaims): string {
  const { tenantId, orgId, role, permissions = [] } = claims;
  return jwt.sign({ tenant_id: tenantId, org_id: orgId, roles: [role], permissions }, secret, {
    algorithm: 'HS256',
    issuer: developmentIssuer,
    audience: developmentAudience,
    subject: claims.subject ?? `development-${role}`,
    expiresIn: claims.lifetimeSeconds ?? 30 * 24 * 3_600,
  });
}
