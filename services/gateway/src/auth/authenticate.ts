import { RefusalCode } from '@oms/domain';
import { text, type Permission } from '@oms/contracts/http';
import type { JwtPayload } from 'jsonwebtoken';
import { z } from 'zod';

import { HttpRefusal } from '../http/refuse.js';
import { permissionsOf } from './permission.js';
import type { Principal } from './principal.js';
import { TokenError } from './token-error.js';
import type { TokenVerifier } from './token-verifier.js';

/** The headers of a request that identify its caller, tenant and organisation. */
export interface IdentityHeaders {
  readonly authorization: string | undefined;
  readonly tenantId: string | undefined;
  readonly orgId: string | undefined;
  /** Whether the headers must name tenant and organisation. Named ones must be the token's, in any case. */
  readonly areRequired?: boolean;
  readonly apiKey?: string | undefined;
}

/** Identifies the caller of a request. */
export type Authenticate = (headers: IdentityHeaders) => Promise<Principal>;

const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  .toLowerCase();

const requiredClaims = z.object({
  // Recorded with every change that its holder makes.
  sub: text({ minLength: 1, maxLength: 255, isNotBlank: true }),
  tenant_id: uuid,
  org_id: uuid,
  roles: z.array(z.string()),
  permissions: z.array(z.string()).default([]),
});

/**
 * Makes the authentication by token. Authentication throws an HttpRefusal: 401 for a missing or invalid token, 400
 * for missing or malformed headers, 403 for a missing claim or headers that differ from the token's claims. If the
 * issuer's keys are unavailable, the error of fetching them is thrown, which becomes a 500.
 */
export function createAuthenticate(verifier: TokenVerifier, clock: () => Date): Authenticate {
  return async (headers) => {
    const claims = await verify(verifier, bearerToken(headers.authorization), clock());
    const { areRequired = true } = headers;
    const tenantId = uuidHeader('X-Tenant-ID', headers.tenantId, areRequired);
    const orgId = uuidHeader('X-Org-ID', headers.orgId, areRequired);
    const principal = principalOf(claims);
    const { scope } = principal;
    if (scope.tenantId !== (tenantId ?? scope.tenantId)) throw differs('X-Tenant-ID', 'tenant');
    if (scope.orgId !== (orgId ?? scope.orgId)) throw differs('X-Org-ID', 'organisation');
    return principal;
  };
}

/** @throws HttpRefusal that names the permission, if the principal does not have it */
export function assertPermission(principal: Principal, permission: Permission): void {
  if (!principal.permissions.has(permission)) {
    throw new HttpRefusal(RefusalCode.Forbidden, `the token does not carry the permission ${permission}`);
  }
}

async function verify(verifier: TokenVerifier, token: string, now: Date): Promise<JwtPayload> {
  try {
    return await verifier.verify(token, now);
  } catch (error) {
    if (error instanceof TokenError) throw unauthorized(error.message, error);
    throw error;
  }
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthorized('the Authorization header is missing');
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthorized('the Authorization header must be a Bearer token');
  return token;
}

function unauthorized(message: string, cause?: unknown): HttpRefusal {
  return new HttpRefusal(RefusalCode.InvalidAuth, message, {
    headers: { 'WWW-Authenticate': cause === undefined ? 'Bearer' : 'Bearer error="invalid_token"' },
    cause,
  });
}

function uuidHeader(name: string, value: string | undefined, isRequired: boolean): string | undefined {
  if (value === undefined) {
    if (isRequired) throw new HttpRefusal(RefusalCode.InvalidRequest, `the ${name} header is missing`);
    return undefined;
  }
  const result = uuid.safeParse(value);
  if (!result.success) throw new HttpRefusal(RefusalCode.InvalidRequest, `the ${name} header must be a UUID`);
  return result.data;
}

function principalOf(claims: JwtPayload): Principal {
  const result = requiredClaims.safeParse(claims);
  if (!result.success) {
    const claim = String(result.error.issues[0]?.path[0]);
    throw new HttpRefusal(RefusalCode.Forbidden, `the token's claim ${claim} is missing or malformed`);
  }
  const { sub, tenant_id: tenantId, org_id: orgId, roles, permissions } = result.data;
  return {
    subject: sub,
    // A program's token has the role `service`.
    actorType: roles.includes('service') ? 'service' : 'user',
    scope: { tenantId, orgId },
    permissions: permissionsOf(roles, permissions),
  };
}

function differs(header: string, what: string): HttpRefusal {
  return new HttpRefusal(RefusalCode.Forbidden, `the ${header} header names another ${what} than the token`);
}
