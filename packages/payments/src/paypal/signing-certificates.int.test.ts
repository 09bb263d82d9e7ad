import { X509Certificate } from 'node:crypto';

import { describe, expect, it, onTestFinished } from 'vitest';

import { certificates } from '../testing/paypal-certificates.js';
import { startScriptedServer, type ScriptedServer } from '../testing/scripted-server.js';
import { isIssuedBy, SigningCertificates } from './signing-certificates.js';

const path = '/v1/notifications/certs/CERT-1';
const { root, middle, leaf, forged, evil, other } = certificates;
const day = 86_400_000;

async function serving(...answers: readonly (string | number)[]): Promise<ScriptedServer> {
  const queue = [...answers];
  const server = await startScriptedServer((_request, response) => {
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (answer === undefined) response.socket?.destroy();
    else response.writeHead(200).end(answer);
  });
  onTestFinished(() => server.close());
  return server;
}

const trusting = (server: ScriptedServer, authority: string = root, nowMs: () => number = Date.now) =>
  new SigningCertificates({ timeoutMs: 20_000, instead: { origin: server.baseUrl, authority }, nowMs });

describe('a certificate of PayPal', () => {
  it('is trusted over what lies between it and an authority, in whatever order that comes', async () => {
    for (const chain of [leaf + middle, leaf + other + middle + root]) {
      const server = await serving(chain);
      const signing = await trusting(server).keyAt(server.baseUrl + path);
      expect(signing).toMatchObject({ kind: 'trusted' });
      const { publicKey } = new X509Certificate(leaf);
      if (signing.kind === 'trusted') expect(signing.key.equals(publicKey)).toBe(true);
    }
  });

  it.each([
    ['the link to the authority is missing', leaf],
    ['it was issued by what is no authority', forged + leaf + middle],
    ['another authority is trusted', root],
    ['it is of another domain that looks alike', evil + middle],
    ["it is of another of PayPal's hosts", other + middle],
    ['it is none', 'hello'],
    ['it is broken', leaf.replace(/[A-Z]{4}/, '!!!!')],
  ])('is refused when %s', async (_, chain) => {
    const server = await serving(chain);
    expect(await trusting(server).keyAt(server.baseUrl + path)).toMatchObject({ kind: 'refused' });
  });

  it('is refused before and after its time', async () => {
    const server = await serving(leaf + middle);
    for (const when of ['2020-01-01', '2226-01-01']) {
      const certificatesThen = trusting(server, root, () => Date.parse(when));
      expect(await certificatesThen.keyAt(server.baseUrl + path)).toMatchObject({ kind: 'refused' });
    }
  });

  it('is fetched once a day, and once for all who ask at once', async () => {
    let nowMs = Date.now();
    const server = await serving(leaf + middle);
    const trusted = trusting(server, root, () => nowMs);
    await Promise.all(Array.from({ length: 5 }, () => trusted.keyAt(server.baseUrl + path)));
    await trusted.keyAt(server.baseUrl + path);
    expect(server.requests).toHaveLength(1);
    nowMs += day;
    await trusted.keyAt(server.baseUrl + path);
    expect(server.requests).toHaveLength(2);
  });

  it('that cannot be fetched is unavailable, and asked for again', async () => {
    const server = await serving(503, 404, leaf + middle);
    const trusted = trusting(server);
    for (const kind of ['unavailable', 'unavailable', 'trusted']) {
      expect(await trusted.keyAt(server.baseUrl + path)).toMatchObject({ kind });
    }
    await server.close();
    expect(await trusting(server).keyAt(server.baseUrl + path)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('the place of a certificate', () => {
  const strict = new SigningCertificates({ timeoutMs: 200 });

  it.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://evil-paypal.com/v1/notifications/certs/CERT-1',
    'https://paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://www.paypal.com/redirect?to=evil.example',
    'file:///etc/passwd',
    'CERT-1',
    '',
  ])('is not %j', async (url) => {
    expect(await strict.keyAt(url)).toEqual({
      kind: 'refused',
      message: "the webhook's certificate is not at PayPal",
    });
  });

  it('is where it is configured to be, and nowhere else', async () => {
    const [server, elsewhere] = [await serving(leaf + middle), await serving(leaf + middle)];
    expect(await trusting(server).keyAt(elsewhere.baseUrl + path)).toMatchObject({ kind: 'refused' });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    { origin: 'http://127.0.0.1:1/', authority: root },
    { origin: 'http://127.0.0.1:1', authority: 'none' },
    { origin: 'http://127.0.0.1:1', authority: root + middle },
  ])('is refused at construction where it cannot be meant', (instead) => {
    expect(() => new SigningCertificates({ timeoutMs: 1, instead })).toThrow(TypeError);
  });
});

describe('a chain of certificates', () => {
  it('does not make an intermediate one trusted by itself', () => {
    const [leafOf, rootOf] = [new X509Certificate(leaf), new X509Certificate(root)];
    expect(isIssuedBy(leafOf, [], [rootOf], Date.now())).toBe(false);
    expect(isIssuedBy(leafOf, [new X509Certificate(middle)], [rootOf], Date.now())).toBe(true);
    expect(isIssuedBy(leafOf, [leafOf], [leafOf], Date.now())).toBe(false);
  });
});
