import jwt from 'jsonwebtoken';

/** What development tokens say of where they come from and whom they are for. */
export const developmentIssuer = 'oms-development';
export const developmentAudience = 'oms-api';

export interface TokenClaims {
  readonly tenantId: string;
  readonly orgId: string;
  readonly role: string;
  readonly subject?: string;
  /** Default 30 days. */
  readonly lifetimeSeconds?: number;
}

/** A token for development, signed with the secret that the local gateway knows. */
export function mintDevelopmentToken(secret: string, claims: TokenClaims): string {
  return jwt.sign({ tenant_id: claims.tenantId, org_id: claims.orgId, roles: [claims.role] }, secret, {
    algorithm: 'HS256',
    issuer: developmentIssuer,
    audience: developmentAudience,
    subject: claims.subject ?? `development-${claims.role}`,
    expiresIn: claims.lifetimeSeconds ?? 30 * 24 * 3_600,
  });
}
