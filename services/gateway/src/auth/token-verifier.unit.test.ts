import { createHmac, generateKeyPairSync } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';

import { audience, claimsOf, issuer, mintToken, newIdentity } from '../testing/tokens.js';
import { devKey } from './dev-key.js';
import { TokenError } from './token-error.js';
import { TokenVerifier } from './token-verifier.js';

const identity = newIdentity();
const now = new Date('2026-03-01T12:00:00Z');
const nowSeconds = now.getTime() / 1_000;
const verifier = new TokenVerifier(devKey(identity.secret), { issuer, audience, maxAgeSeconds: 3_600 });

/** Issued now, valid for ten minutes. */
const times = { iat: nowSeconds, exp: nowSeconds + 600 };

function sign(claims: Readonly<Record<string, unknown>>, options: jwt.SignOptions = {}): string {
  return jwt.sign(claimsOf(identity, { iss: issuer, aud: audience, ...claims }), identity.secret, options);
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed by hand: the library does not make all of these. */
function signedByHand(header: object, claims: Readonly<Record<string, unknown>>): string {
  const head = `${part(header)}.${part(claimsOf(identity, { iss: issuer, aud: audience, ...claims }))}`;
  return `${head}.${createHmac('sha256', identity.secret).update(head).digest('base64url')}`;
}

function unsigned(header: object, claims: object): string {
  return `${part(header)}.${part(claims)}.`;
}

describe('a token', () => {
  it('is accepted if it is valid', async () => {
    await expect(verifier.verify(sign(times), now)).resolves.toMatchObject({ sub: 'user-1', ...times });
  });

  it.each([
    ['without an expiry', { iat: nowSeconds }],
    ['with an expiry that is no number', { iat: nowSeconds, exp: '2099-01-01' }],
    ['that has expired', { iat: nowSeconds - 1_200, exp: nowSeconds - 600 }],
    ['that does not say when it was issued', { iat: undefined, exp: nowSeconds + 600 }],
    ['issued in the future', { iat: nowSeconds + 60, exp: nowSeconds + 600 }],
    ['older than the limit, though it has not expired', { iat: nowSeconds - 3_700, exp: nowSeconds + 600 }],
    ['not valid yet', { ...times, nbf: nowSeconds + 60 }],
    ['of another issuer', { ...times, iss: 'https://elsewhere.example' }],
    ['without an issuer', { ...times, iss: undefined }],
    ['for another audience', { ...times, aud: 'other-api' }],
    ['without an audience', { ...times, aud: undefined }],
  ])('%s is refused', async (_what, claims) => {
    const token = signedByHand({ alg: 'HS256', typ: 'JWT' }, claims);
    await expect(verifier.verify(token, now)).rejects.toBeInstanceOf(TokenError);
  });

  it('is accepted with a clock that is a few seconds off', async () => {
    await expect(
      verifier.verify(sign({ iat: nowSeconds + 4, exp: nowSeconds + 600 }), now),
    ).resolves.toBeDefined();
    await expect(
      verifier.verify(sign({ iat: nowSeconds - 60, exp: nowSeconds - 4 }), now),
    ).resolves.toBeDefined();
  });

  it('is accepted with headers that are not critical', async () => {
    const token = signedByHand({ alg: 'HS256', typ: 'JWT', b64: true, ext: 'x' }, times);
    await expect(verifier.verify(token, now)).resolves.toMatchObject({ sub: 'user-1' });
  });

  it.each([
    ['an extension that nobody knows', { crit: ['ext'], ext: 'x' }],
    ['an extension that is not there', { crit: ['ext'] }],
    ['b64', { crit: ['b64'], b64: true }],
    ['names of the standard', { crit: ['alg', 'typ', 'kid'] }],
    ['exp', { crit: ['exp'], exp: nowSeconds + 600 }],
    ['nothing', { crit: [] }],
    ['no list', { crit: 'ext', ext: 'x' }],
    ['null', { crit: null }],
    ['false', { crit: false }],
    ['an object', { crit: { ext: true }, ext: 'x' }],
    ['something that is no name', { crit: [7] }],
  ])('is refused when it calls critical: %s', async (_what, header) => {
    const token = signedByHand({ alg: 'HS256', typ: 'JWT', ...header }, times);
    await expect(verifier.verify(token, now)).rejects.toThrow(
      new TokenError('the token has a critical header'),
    );
  });

  it('is refused without a signature', async () => {
    const claims = claimsOf(identity, { iss: issuer, aud: audience, ...times });
    await expect(verifier.verify(unsigned({ alg: 'none', typ: 'JWT' }, claims), now)).rejects.toThrow(
      TokenError,
    );
    await expect(verifier.verify(unsigned({ alg: 'HS256', typ: 'JWT' }, claims), now)).rejects.toThrow(
      TokenError,
    );
  });

  it.each(['HS384', 'HS512'] as const)('is refused with %s and the correct secret', async (algorithm) => {
    await expect(verifier.verify(sign(times, { algorithm }), now)).rejects.toThrow(TokenError);
  });

  it('is refused when it is signed with a key of the wrong kind', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const token = jwt.sign(claimsOf(identity, { iss: issuer, aud: audience, ...times }), privateKey, {
      algorithm: 'RS256',
    });
    await expect(verifier.verify(token, now)).rejects.toThrow(TokenError);
  });

  it('is refused when another secret signed it', async () => {
    const token = mintToken({ ...identity, secret: newIdentity().secret });
    await expect(verifier.verify(token, new Date())).rejects.toThrow(TokenError);
  });

  it('is refused when a claim was changed after it was signed', async () => {
    const [head = '', , signature = ''] = sign(times).split('.');
    const claims = claimsOf(identity, { iss: issuer, aud: audience, ...times, roles: ['admin', 'root'] });
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    await expect(verifier.verify(forged, now)).rejects.toThrow(TokenError);
  });

  it.each([
    '',
    'x',
    'a.b.c',
    '..',
    'e30.e30.',
    'ImEi.e30.x',
    'NQ.e30.x',
    'dHJ1ZQ.e30.x',
    'W10.e30.x',
    `${'a'.repeat(9_000)}.b.c`,
    'bnVsbA.bnVsbA.bnVsbA',
  ])('is refused when the text is not a token: %j', async (text) => {
    await expect(verifier.verify(text, now)).rejects.toThrow(TokenError);
  });
});

describe('a development secret', () => {
  it('is refused when it is short enough to be guessed', () => {
    expect(() => devKey('a'.repeat(31))).toThrow('32 bytes');
  });
});
