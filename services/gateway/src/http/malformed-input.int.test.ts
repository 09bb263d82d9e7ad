import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { orderBody } from '../testing/orders.js';
import { errorOf, startTestGateway, type TestGateway } from '../testing/test-gateway.js';

const path = '/api/v1/oms/orders';
const tenMegabytes = 10 * 1024 * 1024;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

async function postBytes(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { ...gateway.headers, 'content-type': 'application/json', ...headers },
    body: Buffer.from(bytes),
  });
}

/** Sends bytes unchanged, and reads until the connection ends. */
async function send(text: string): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (part: string) => (answer += part));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('400: an invalid body', () => {
  it.each([
    ['broken JSON', '{"items": ['],
    ['JSON with a comma too many', '{"a": 1,}'],
    ['a bare string', '"order"'],
    ['a bare number', '7'],
    ['null', 'null'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['two objects', '{} {}'],
  ])('%s', async (_what, body) => {
    const response = await gateway.post(body);
    expect([response.status, await errorOf(response)]).toEqual([400, expect.any(String)]);
  });

  it('broken JSON is not quoted back', async () => {
    expect(await errorOf(await gateway.post('{"password": "hunter2"'))).toBe(
      'the body must be a JSON object',
    );
  });

  it('no body at all', async () => {
    const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers: gateway.headers });
    expect([response.status, await errorOf(response)]).toEqual([400, expect.stringContaining('body')]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/merge-patch+json',
    'application/json, text/plain',
    'json',
  ])('the content type %s', async (contentType) => {
    const response = await gateway.post(orderBody(), { 'content-type': contentType });
    expect([response.status, await errorOf(response)]).toEqual([
      400,
      expect.stringContaining('Content-Type'),
    ]);
  });

  it('no content type', async () => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: gateway.headers,
      // Bytes: `fetch` adds no content type to them.
      body: Buffer.from(JSON.stringify(orderBody())),
    });
    expect([response.status, await errorOf(response)]).toEqual([
      400,
      expect.stringContaining('Content-Type'),
    ]);
  });

  it.each(['utf-16', 'iso-8859-1', 'nonsense'])('the charset %s', async (charset) => {
    const response = await gateway.post(orderBody(), {
      'content-type': `application/json; charset=${charset}`,
    });
    expect([response.status, await errorOf(response)]).toEqual([400, expect.stringContaining('charset')]);
  });

  it('bytes that are invalid UTF-8, which would otherwise be recorded as other characters', async () => {
    const text = JSON.stringify(orderBody({ channel: 'caf\u00e9' }));
    const response = await postBytes(Buffer.from(text, 'latin1'));
    expect([response.status, await errorOf(response)]).toEqual([400, 'the body must be encoded in UTF-8']);
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'compress', 'nonsense', 'gzip, identity'])(
    'a body that is compressed, or says so: %s',
    async (encoding) => {
      const response = await postBytes(gzipSync(JSON.stringify(orderBody())), {
        'content-encoding': encoding,
      });
      expect([response.status, await errorOf(response)]).toEqual([
        400,
        'the body must not be compressed: leave the Content-Encoding out',
      ]);
    },
  );
});

describe('a valid body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'with the content type %s is accepted',
    async (contentType) => {
      expect((await gateway.post(orderBody(), { 'content-type': contentType })).status).toBe(201);
    },
  );

  it('with the encoding identity is accepted', async () => {
    const bytes = Buffer.from(JSON.stringify(orderBody({ channel: 'caf\u00e9' })));
    expect((await postBytes(bytes, { 'content-encoding': 'identity' })).status).toBe(201);
  });
});

describe('413: a body over 10 MB', () => {
  const padded = (length: number): string => {
    const [head, tail] = ['{"padding": "', '"}'];
    return `${head}${'x'.repeat(length - head.length - tail.length)}${tail}`;
  };

  it('is refused, and one of exactly 10 MB is read', async () => {
    const over = await gateway.post(padded(tenMegabytes + 1));
    expect([over.status, await errorOf(over)]).toEqual([413, 'the body must not be larger than 10 MB']);
    expect((await gateway.post(padded(tenMegabytes))).status).toBe(400);
  });

  it('is refused without a Content-Length', async () => {
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { ...gateway.headers, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      });
      outgoing.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end(padded(tenMegabytes + 1));
    });
    expect(status).toBe(413);
  });
});

describe('404 and 400: a request line that leads nowhere', () => {
  it.each([
    '/',
    '/api',
    '/api/v1/oms',
    '/api/v1/oms/orderz',
    '/API/v1/oms/orders',
    '/api/v1/oms/orders/a/b/c',
    '/.env',
  ])('the path %s', async (unknown) => {
    const response = await gateway.get(unknown);
    expect([response.status, await errorOf(response)]).toEqual([404, expect.any(String)]);
  });

  it.each([
    ['PUT', path, 'GET, HEAD, POST'],
    ['DELETE', path, 'GET, HEAD, POST'],
    ['OPTIONS', path, 'GET, HEAD, POST'],
    ['POST', `${path}/a1b2c3d4-e5f6-7890-abcd-ef1234567890`, 'GET, HEAD, PATCH'],
    ['PATCH', `${path}/a1b2c3d4-e5f6-7890-abcd-ef1234567890/events`, 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
  ])('%s %s', async (method, known, allow) => {
    const response = await fetch(`${gateway.url}${known}`, { method, headers: gateway.headers });
    expect([response.status, response.headers.get('allow')]).toEqual([404, allow]);
    expect(await errorOf(response)).toContain(`no method ${method}`);
  });

  it.each(['/%zz', `${path}/%E0%A4%A`, `${path}?channel=%zz`])(
    'broken percent-encoding: %s',
    async (broken) => {
      expect(await send(`GET ${broken} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 400 [^]*percent-encoded/,
      );
    },
  );

  it('an order id that is not a UUID', async () => {
    const response = await gateway.get(`${path}/42`);
    expect([response.status, await errorOf(response)]).toEqual([400, expect.stringContaining('UUID')]);
  });

  it('HEAD is a GET without a body', async () => {
    const response = await fetch(`${gateway.url}${path}`, { method: 'HEAD', headers: gateway.headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('400: bytes that are not HTTP', () => {
  it.each([
    ['no request line', 'HELO gateway\r\n\r\n'],
    ['a request without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: x\r\nhost: y\r\nConnection: close\r\n\r\n'],
    ['a host twice', 'GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['headers beyond all measure', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
  ])('%s is answered with the headers and the body of every error', async (_what, text) => {
    const answer = await send(text);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    for (const header of ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-request-id']) {
      expect(answer.toLowerCase()).toContain(`\r\n${header}: `);
    }
    expect(answer).toMatch(/\r\n\r\n\{"error":"[^"]+","code":"INVALID_REQUEST"\}$/);
  });

  it('a tunnel is refused', async () => {
    expect(await send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')).toMatch(
      /^HTTP\/1.1 404 /,
    );
  });
});
