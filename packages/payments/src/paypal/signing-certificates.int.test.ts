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
  it('is trusted through intermediate certificates in any order', async () => {
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

  it('is refused before and after its validity', async () => {
    const server = await serving(leaf + middle);
    for (const when of ['2020-01-01', '2226-01-01']) {
      const certificatesThen = trusting(server, root, () => Date.parse(when));
      expect(await certificatesThen.keyAt(server.baseUrl + path)).toMatchObject({ kind: 'refused' });
    }
  });

  it('is fetched once a day, and once for concurrent callers', async () => {
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

  it('that cannot be fetched is unavailable, and is fetched again some seconds later', async () => {
    let nowMs = Date.now();
    const server = await serving(503, 404, leaf + middle);
    const trusted = trusting(server, root, () => nowMs);
    for (const kind of ['unavailable', 'unavailable', 'trusted']) {
      for (let again = 0; again < 3; again += 1) {
        expect(await trusted.keyAt(server.baseUrl + path)).toMatchObject({ kind });
      }
      nowMs += 10_000;
    }
    expect(server.requests).toHaveLength(3);
    await server.close();
    expect(await trusting(server).keyAt(server.baseUrl + path)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('webhooks that name unknown addresses', () => {
  const placeOf = (server: ScriptedServer, name: number): string =>
    `${server.baseUrl}/v1/notifications/certs/none-${name}`;

  it('cause at most ten requests in a minute', async () => {
    let nowMs = Date.now();
    const server = await serving(404);
    const trusted = trusting(server, root, () => nowMs);
    const askForMore = async (first: number): Promise<void> => {
      for (let name = first; name < first + 15; name += 1) {
        expect(await trusted.keyAt(placeOf(server, name))).toMatchObject({ kind: 'unavailable' });
      }
    };
    await askForMore(0);
    expect(server.requests).toHaveLength(10);
    nowMs += 59_999;
    await askForMore(100);
    expect(server.requests).toHaveLength(10);
    nowMs += 1;
    await askForMore(200);
    expect(server.requests).toHaveLength(20);
  });

  it('cause at most two concurrent requests', async () => {
    const waiting: (() => void)[] = [];
    const server = await startScriptedServer((_request, response) => {
      waiting.push(() => response.writeHead(404).end());
    });
    onTestFinished(() => server.close());
    const trusted = trusting(server);
    const asked = Array.from({ length: 8 }, (_, name) => trusted.keyAt(placeOf(server, name)));
    await expect.poll(() => waiting.length).toBe(2);
    for (const answer of waiting) answer();
    for (const outcome of await Promise.all(asked)) expect(outcome).toMatchObject({ kind: 'unavailable' });
    expect(server.requests).toHaveLength(2);
  });

  it("do not prevent fetching PayPal's own certificate again", async () => {
    let nowMs = Date.now();
    const server = await startScriptedServer(({ path: place }, response) => {
      if (place === path) response.writeHead(200).end(leaf + middle);
      else response.writeHead(404).end();
    });
    onTestFinished(() => server.close());
    const trusted = trusting(server, root, () => nowMs);
    expect(await trusted.keyAt(server.baseUrl + path)).toMatchObject({ kind: 'trusted' });
    nowMs += day;
    for (let name = 0; name < 15; name += 1) await trusted.keyAt(placeOf(server, name));
    expect(await trusted.keyAt(server.baseUrl + path)).toMatchObject({ kind: 'trusted' });
    expect(server.requests.filter(({ path: place }) => place === path)).toHaveLength(2);
  });

  it('cause reading of at most the size of a chain of certificates', async () => {
    const server = await serving(leaf + middle + ' '.repeat(64 * 1024));
    expect(await trusting(server).keyAt(server.baseUrl + path)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('larger than 65536 bytes') as string,
    });
  });
});

describe('the address of a certificate', () => {
  const strict = new SigningCertificates({ timeoutMs: 200 });

  it.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://evil-paypal.com/v1/notifications/certs/CERT-1',
    'https://paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://www.paypal.com/redirect?to=evil.example',
    'https://api.paypal.com/v1/notifications/certs/CERT-1?one',
    'https://api.paypal.com/v1/notifications/certs/CERT-1?',
    'https://api.paypal.com/v1/notifications/certs/CERT-1#one',
    'https://api.paypal.com/v1/notifications/certs/../certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../elsewhere',
    'file:///etc/passwd',
    'CERT-1',
    '',
  ])('is not %j', async (url) => {
    expect(await strict.keyAt(url)).toEqual({
      kind: 'refused',
      message: "the webhook's certificate is not at PayPal",
    });
  });

  it('is the configured one and no other', async () => {
    const [server, elsewhere] = [await serving(leaf + middle), await serving(leaf + middle)];
    expect(await trusting(server).keyAt(elsewhere.baseUrl + path)).toMatchObject({ kind: 'refused' });
    expect(await trusting(server).keyAt(`${server.baseUrl}${path}?one`)).toMatchObject({ kind: 'refused' });
    expect([...elsewhere.requests, ...server.requests]).toEqual([]);
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
  it('does not make an intermediate certificate trusted by itself', () => {
    const [leafOf, rootOf] = [new X509Certificate(leaf), new X509Certificate(root)];
    expect(isIssuedBy(leafOf, [], [rootOf], Date.now())).toBe(false);
    expect(isIssuedBy(leafOf, [new X509Certificate(middle)], [rootOf], Date.now())).toBe(true);
    expect(isIssuedBy(leafOf, [leafOf], [leafOf], Date.now())).toBe(false);
  });
});
