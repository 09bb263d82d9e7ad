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
  }) as jwt.JwtPayload; // The signed payload is an object.
}

const [tenantId, orgId] = ['0b7ea8a0-3f3e-4c57-9a92-9f5f2a4f3f11', '3b9d3c8e-6a5b-4d4e-8f7f-1c2d3e4f5a6b'];

describe('npm run token', () => {
  it('without options prints only a token: of the demo tenant, role admin, for 30 days', async () => {
    const { status, said } = await token();
    expect(status).toBe(0);
    const claims = await claimsOf(said);
    expect(claims).toMatchObject({ tenant_id: demo.tenantId, org_id: demo.orgId, roles: ['admin'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(30 * 24 * 3_600);
  });

  it('prints a token with the given tenant, organisation, role, subject and lifetime', async () => {
    const { said } = await token(
      ...['--tenant', tenantId, '--org', orgId, '--role', 'viewer', '--subject', 'anna', '--days', '0.5'],
    );
    const claims = await claimsOf(said);
    expect(claims).toMatchObject({ tenant_id: tenantId, org_id: orgId, roles: ['viewer'], sub: 'anna' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(12 * 3_600);
  });

  it('prints a token with permissions in addition to its role', async () => {
    const { said } = await token(
      ...['--role', 'service', '--permission', 'refunds:write', '--permission', 'returns:write'],
    );
    expect(await claimsOf(said)).toMatchObject({
      roles: ['service'],
      permissions: ['refunds:write', 'returns:write'],
    });
  });

  it('with invalid options prints all errors and the usage', async () => {
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

  it('with an unknown option prints an error without a stack trace', async () => {
    const { status, said } = await token('--rolle', 'admin');
    expect(status).toBe(1);
    expect(said).toMatch(/'--rolle'.*\nusage: /s);
    expect(said).not.toContain('    at ');
  });
});
