import { readFile } from 'node:fs/promises';

import jwt from 'jsonwebtoken';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { demo } from './demo-data.js';
import { developmentAudience, developmentIssuer } from './development-token.js';
import { localPaths } from './local-paths.js';
import { built, endPrograms, runProgram } from './testing/program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await temporaryFolder();
});
afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

async function token(...args: readonly string[]) {
  const program = runProgram([built('token.js'), ...args], { LOCAL_DATA_DIR: dataDir });
  return { status: await program.ended, said: program.said().trim() };
}

async function claimsOf(text: string) {
  const secret = await readFile(localPaths(dataDir).tokenSecret, 'utf8');
  return jwt.verify(text, secret, {
    algorithms: ['HS256'],
    audience: developmentAudience,
    issuer: developmentIssuer,
  }) as jwt.JwtPayload; // A payload that is an object is what was signed.
}

const [tenantId, orgId] = ['0b7ea8a0-3f3e-4c57-9a92-9f5f2a4f3f11', '3b9d3c8e-6a5b-4d4e-8f7f-1c2d3e4f5a6b'];

describe('a token that is asked for', () => {
  it('is the demo tenant’s administrator’s by default, for 30 days, and nothing else is printed', async () => {
    const { status, said } = await token();
    expect(status).toBe(0);
    const claims = await claimsOf(said);
    expect(claims).toMatchObject({ tenant_id: demo.tenantId, org_id: demo.orgId, roles: ['admin'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(30 * 24 * 3_600);
  });

  it('carries the tenant, organisation, role, subject and lifetime that were given', async () => {
    const { said } = await token(
      ...['--tenant', tenantId, '--org', orgId, '--role', 'viewer', '--subject', 'anna', '--days', '0.5'],
    );
    const claims = await claimsOf(said);
    expect(claims).toMatchObject({ tenant_id: tenantId, org_id: orgId, roles: ['viewer'], sub: 'anna' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(12 * 3_600);
  });

  it('carries single permissions beside its role', async () => {
    const { said } = await token(
      ...['--role', 'service', '--permission', 'refunds:write', '--permission', 'returns:write'],
    );
    expect(await claimsOf(said)).toMatchObject({
      roles: ['service'],
      permissions: ['refunds:write', 'returns:write'],
    });
  });

  it('is refused with all that is wrong, and how it is asked for', async () => {
    const { status, said } = await token(
      ...['--role', 'emperor', '--tenant', 'acme', '--days', '0', '--permission', 'refunds'],
    );
    expect(status).toBe(1);
    expect(said.split('\n')).toEqual([
      '--tenant must be a UUID',
      '--role must be one of admin, operator, order_manager, service, viewer',
      '--permission must be one of orders:read, orders:write, products:read, products:write, invoices:read, invoices:write, ' +
        'refunds:write, returns:write, orders:operate, api_keys:manage, erp:manage, settings:manage',
      '--days must be above 0',
      expect.stringMatching(/^usage: npm run token -- /),
    ]);
  });

  it('is refused for an option that does not exist, in words and not in a trace', async () => {
    const { status, said } = await token('--rolle', 'admin');
    expect(status).toBe(1);
    expect(said).toMatch(/'--rolle'.*\nusage: /s);
    expect(said).not.toContain('    at ');
  });
});
