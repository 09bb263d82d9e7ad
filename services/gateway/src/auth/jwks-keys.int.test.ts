import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import jwt from 'jsonwebtoken';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { audience, claimsOf, issuer, newIdentity } from '../testing/tokens.js';
import { jwksKeys } from './jwks-keys.js';
import { TokenError } from './token-error.js';
import { TokenVerifier, type TokenKeys } from './token-verifier.js';

interface IssuedKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

function issuedKey(
  kid: string,
  kind: 'rsa' | 'ec' = 'rsa',
  changes: Record<string, unknown> = {},
): IssuedKey {
  const pair =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, ...changes } };
}

const identity = newIdentity();
const [first, second, elliptic] = [issuedKey('first'), issuedKey('second'), issuedKey('elliptic', 'ec')];

function tokenOf({ privateKey, jwk }: IssuedKey, options: jwt.SignOptions = {}): string {
  return jwt.sign(claimsOf(identity), privateKey, {
    algorithm: jwk['kty'] === 'EC' ? 'ES256' : 'RS256',
    keyid: String(jwk['kid']),
    issuer,
    audience,
    expiresIn: 600,
    ...options,
  });
}

let issuerServer: Server;
let fetches: number;
let answer: { status: number; body: string };
let clock: { nowMs: number };
let faults: unknown[];
let keys: TokenKeys;
let verifier: TokenVerifier;

const publish = (...keys: readonly IssuedKey[]): void => {
  answer = { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) };
};
const verify = (token: string) => verifier.verify(token, new Date());

beforeEach(async () => {
  fetches = 0;
  faults = [];
  clock = { nowMs: 1_000_000 };
  publish(first, elliptic);
  issuerServer = createServer((request, response) => {
    fetches += 1;
    if (request.url === '/elsewhere') publish(first);
    response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  const { port } = issuerServer.address() as AddressInfo;
  keys = jwksKeys({
    url: `http://127.0.0.1:${port}/jwks.json`,
    clock: () => clock.nowMs,
    onFetchFailed: (error) => faults.push(error),
  });
  verifier = new TokenVerifier(keys, { issuer, audience, maxAgeSeconds: 3_600 });
});
afterEach(() => {
  issuerServer.closeAllConnections();
  issuerServer.close();
});

describe('tokens signed with published keys', () => {
  it('are accepted with RS256 and ES256, and the keys are fetched once', async () => {
    await Promise.all([verify(tokenOf(first)), verify(tokenOf(elliptic)), verify(tokenOf(first))]);
    await verify(tokenOf(elliptic));
    expect(fetches).toBe(1);
  });

  it('are accepted without a key id if there is only one key', async () => {
    const withoutId = jwt.sign(claimsOf(identity), first.privateKey, {
      algorithm: 'RS256',
      issuer,
      audience,
      expiresIn: 600,
    });
    await expect(verify(withoutId)).resolves.toBeDefined();
    publish(first, second);
    clock.nowMs += 20_000;
    await expect(verify(tokenOf(second))).resolves.toBeDefined();
    await expect(verify(withoutId)).rejects.toThrow(TokenError);
  });

  it('are refused when the public key was taken for an HMAC secret', async () => {
    const secret = first.publicKey.export({ type: 'spki', format: 'pem' });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const claims = claimsOf(identity, { iss: issuer, aud: audience, iat: nowSeconds, exp: nowSeconds + 600 });
    const head = `${part({ alg: 'HS256', typ: 'JWT', kid: 'first' })}.${part(claims)}`;
    const token = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
    await expect(verify(token)).rejects.toThrow(TokenError);
  });

  it.each(['RS384', 'RS512', 'PS256'] as const)('are refused with %s', async (algorithm) => {
    await expect(verify(tokenOf(first, { algorithm }))).rejects.toThrow(TokenError);
  });

  it('are refused with a key that is for encryption, for another algorithm, or too short', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const others = [
      issuedKey('encryption', 'rsa', { use: 'enc' }),
      issuedKey('other', 'rsa', { alg: 'RS512' }),
      { ...weak, jwk: { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' } },
    ];
    publish(first, ...others);
    await expect(verify(tokenOf(first))).resolves.toBeDefined();
    for (const other of others.slice(0, 2)) await expect(verify(tokenOf(other))).rejects.toThrow(TokenError);
    await expect(verify(tokenOf(others[2] ?? first, { allowInsecureKeySizes: true }))).rejects.toThrow(
      TokenError,
    );
  });

  it('are accepted when another published key is malformed', async () => {
    publish(issuedKey('broken', 'rsa', { n: '', e: 7 }), first);
    await expect(verify(tokenOf(first))).resolves.toBeDefined();
  });
});

describe('when the issuer changes its keys', () => {
  it('a new key is found with its first token, and a withdrawn key is refused within ten minutes', async () => {
    await verify(tokenOf(first));
    publish(second);
    clock.nowMs += 60_000;
    await expect(verify(tokenOf(second))).resolves.toBeDefined();
    await expect(verify(tokenOf(first))).rejects.toThrow(TokenError);
  });

  it('old keys are replaced in the background', async () => {
    await verify(tokenOf(first));
    publish(second);
    clock.nowMs += 600_001;
    await verify(tokenOf(first));
    await expect
      .poll(() => verify(tokenOf(first)).catch((error: unknown) => error))
      .toBeInstanceOf(TokenError);
    expect(fetches).toBe(2);
  });

  it('tokens with unknown key ids cause at most one fetch in ten seconds', async () => {
    await verify(tokenOf(first));
    const stranger = tokenOf(issuedKey('stranger'));
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(verify(stranger)).rejects.toThrow(TokenError);
    expect(fetches).toBe(1);
    clock.nowMs += 10_000;
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(verify(stranger)).rejects.toThrow(TokenError);
    expect(fetches).toBe(2);
  });
});

describe('when the issuer does not answer', () => {
  it('a valid token is not refused as invalid, and is accepted once the keys are available', async () => {
    answer = { status: 503, body: 'down' };
    await expect(keys.check()).rejects.toThrow();
    await expect(verify(tokenOf(first))).rejects.not.toBeInstanceOf(TokenError);
    publish(first);
    clock.nowMs += 1_000;
    await expect(keys.check()).resolves.toBeDefined();
    await expect(verify(tokenOf(first))).resolves.toBeDefined();
  });

  it('cached keys stay in use', async () => {
    await verify(tokenOf(first));
    answer = { status: 503, body: 'down' };
    clock.nowMs += 3_600_000;
    await expect(verify(tokenOf(first))).resolves.toBeDefined();
    await expect.poll(() => faults.length).toBe(1);
    await expect(verify(tokenOf(first))).resolves.toBeDefined();
  });

  it('an endless answer is read only up to the greatest size of a key set', async () => {
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      issuerServer.removeAllListeners('request');
      issuerServer.on('request', (_request, response) => {
        const part = Buffer.alloc(64 * 1024, 0x20);
        const write = (): void => {
          written += part.length;
          response.write(part, (error) => {
            if (!error) write();
          });
        };
        response.once('close', resolve);
        write();
      });
    });
    await expect(verify(tokenOf(first))).rejects.toThrow('the keys of the token issuer cannot be had');
    await closed;
    // Counts what the buffers of the system took as well, so it exceeds the limit.
    expect(written).toBeLessThan(16 * 1024 * 1024);
    expect(faults).toMatchObject([{ message: 'the answer is larger than 262144 bytes' }]);
  });

  it.each([
    ['a redirect', { status: 302, body: '' }],
    ['something that is no set of keys', { status: 200, body: '<html>' }],
    ['an empty set', { status: 200, body: '{"keys": []}' }],
    ['far too much', { status: 200, body: `{"keys": [], "padding": "${'x'.repeat(300_000)}"}` }],
  ])('%s is no answer', async (_what, wrong) => {
    answer = wrong;
    await expect(verify(tokenOf(first))).rejects.toThrow('the keys of the token issuer cannot be had');
    expect(faults).toHaveLength(1);
  });
});
