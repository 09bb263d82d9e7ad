import 'reflect-metadata';

import { webcrypto } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';

import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { describe, expect, it, onTestFinished } from 'vitest';

import { AddressGuard } from './address-guard.js';
import { HttpExchange, TransportError, type ExchangeOptions, type HttpAnswer } from './http-exchange.js';

// These servers write bytes, not HTTP: a real HTTP server would not send the answers of these tests.

interface RawServer {
  readonly port: number;
  /** Everything that clients wrote. */
  readonly received: () => string;
  readonly connections: () => number;
  /** Resolves when the last connection is gone. */
  readonly disconnected: Promise<void>;
}

type OnRequest = (socket: Socket, count: number) => void;

/** @param onRequest called with every piece that a client writes, and how many have come over this connection */
async function startServer(onRequest: OnRequest, host = '127.0.0.1', port = 0): Promise<RawServer> {
  return listen(createServer(), onRequest, host, port);
}

async function listen(server: Server, onRequest: OnRequest, host: string, port: number): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const pieces: Buffer[] = [];
  let isGone: () => void = () => undefined;
  const disconnected = new Promise<void>((resolve) => {
    isGone = resolve;
  });
  let connections = 0;
  // A connection with TLS counts from its first byte on, not from the end of its handshake.
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) isGone();
    });
  });
  server.on('tlsClientError', () => undefined);
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    let count = 0;
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      count += 1;
      onRequest(socket, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return {
    port: address.port,
    received: () => Buffer.concat(pieces).toString('latin1'),
    connections: () => connections,
    disconnected,
  };
}

const patience = { timeoutMs: 60_000 };
/** For tests of the deadline itself. */
const impatience = { timeoutMs: 300 };

const get = (url: string, options: ExchangeOptions = patience): Promise<HttpAnswer> =>
  new HttpExchange(options).send({ method: 'GET', url: new URL(url) });

async function failureOf(exchange: Promise<HttpAnswer>): Promise<TransportError> {
  const error = await exchange.then(
    ({ statusCode }) => new Error(`answered ${statusCode}`),
    (cause: unknown) => cause,
  );
  if (error instanceof TransportError) return error;
  throw error;
}

const ok = (body: string, ...headers: readonly string[]): string =>
  ['HTTP/1.1 200 OK', `content-length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');

/** Writes a little now and then, for as long as the client stays. */
function trickle(socket: Socket, text: string): void {
  const drip = setInterval(() => socket.write(text), 20);
  socket.once('close', () => {
    clearInterval(drip);
  });
}

/** Writes without end, as fast as the client reads. */
function pour(socket: Socket, piece: Buffer): void {
  const write = (): void => {
    socket.write(piece, (error) => {
      if (!error) write();
    });
  };
  write();
}

describe('an answer', () => {
  it('of the largest size that is allowed → arrives unchanged', async () => {
    const server = await startServer((socket) => socket.write(ok('caf\u00e9', 'x-one: 1')));
    const answer = await get(`http://127.0.0.1:${server.port}/`, { ...patience, maxAnswerBytes: 5 });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'x-one': '1' } });
    expect(answer.body.toString('utf8')).toBe('caf\u00e9');
  });

  it('with one byte more → possibly sent', async () => {
    const server = await startServer((socket) => socket.write(ok('caf\u00e9')));
    const failure = await failureOf(
      get(`http://127.0.0.1:${server.port}/`, { ...patience, maxAnswerBytes: 4 }),
    );
    expect(failure).toMatchObject({
      delivery: 'possibly_sent',
      message: 'the answer is larger than 4 bytes',
      isForbidden: false,
    });
  });

  it.each([
    ['in chunks', 'transfer-encoding: chunked', Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`)],
    ['with an announced length', 'content-length: 1000000000000', Buffer.alloc(65_536)],
    ['without an announced length', 'connection: close', Buffer.alloc(65_536)],
  ])('without end, %s → is read up to the limit, and the connection ends', async (_how, header, piece) => {
    const server = await startServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      pour(socket, piece);
    });
    const failure = await failureOf(get(`http://127.0.0.1:${server.port}/`));
    expect(failure.message).toBe('the answer is larger than 4194304 bytes');
    await server.disconnected;
  });

  it('with headers without end → possibly sent, and the connection ends', async () => {
    const server = await startServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      pour(socket, Buffer.from(`x-filler: ${'x'.repeat(4_096)}\r\n`));
    });
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      delivery: 'possibly_sent',
    });
    await server.disconnected;
  });

  it('that is shorter than announced → possibly sent', async () => {
    const server = await startServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a":1}'),
    );
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      delivery: 'possibly_sent',
    });
  });

  it('that is longer than announced → possibly sent', async () => {
    const server = await startServer((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}, "paid": true}'),
    );
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      delivery: 'possibly_sent',
    });
  });

  it('that is reset before its end → possibly sent', async () => {
    const server = await startServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a":', () => socket.resetAndDestroy());
    });
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      delivery: 'possibly_sent',
    });
  });

  it('that is not HTTP → possibly sent', async () => {
    const server = await startServer((socket) => socket.write('220 mail.example.com ESMTP\r\n'));
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      delivery: 'possibly_sent',
    });
  });

  it('that redirects → is the answer, and the other place hears nothing', async () => {
    const elsewhere = await startServer((socket) => socket.write(ok('')));
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    const server = await startServer((socket) =>
      socket.write(`HTTP/1.1 307 Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
    );
    const answer = await get(`http://127.0.0.1:${server.port}/`);
    expect(answer).toMatchObject({ statusCode: 307, headers: { location } });
    expect(elsewhere.connections()).toBe(0);
  });
});

describe('a server that takes its time', () => {
  it.each<[string, OnRequest]>([
    ['says nothing', () => undefined],
    [
      'trickles headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        trickle(socket, 'x-filler: 1\r\n');
      },
    ],
    [
      'trickles a body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        trickle(socket, '1\r\nx\r\n');
      },
    ],
    [
      'says again and again that it is working',
      (socket) => {
        trickle(socket, 'HTTP/1.1 102 Processing\r\n\r\n');
      },
    ],
  ])('and %s → gets no more than the deadline, and the connection ends', async (_how, onRequest) => {
    const server = await startServer(onRequest);
    expect(await failureOf(get(`http://127.0.0.1:${server.port}/`, impatience))).toMatchObject({
      delivery: 'possibly_sent',
      message: 'no complete answer within 300 ms',
    });
    await server.disconnected;
  });
});

describe('a request', () => {
  it('that nobody listens to → not sent', async () => {
    const { port, disconnected } = await startServer((socket) => socket.destroy());
    await failureOf(get(`http://127.0.0.1:${port}/`));
    await disconnected;
    // No process listens on port 1 of a loopback address that nobody uses.
    expect(await failureOf(get('http://127.8.7.6:1/'))).toMatchObject({ delivery: 'not_sent' });
  });

  it('to a name without an address → not sent', async () => {
    expect(await failureOf(get('http://erp.invalid/'))).toMatchObject({
      delivery: 'not_sent',
      isForbidden: false,
    });
  });

  it('that HTTP cannot carry → not sent', async () => {
    const server = await startServer((socket) => socket.write(ok('')));
    const exchange = new HttpExchange(patience).send({
      method: 'POST',
      url: new URL(`http://127.0.0.1:${server.port}/`),
      headers: { 'x-signature': 'a\r\nx-forged: 1' },
    });
    expect(await failureOf(exchange)).toMatchObject({ delivery: 'not_sent' });
    expect(server.received()).toBe('');
  });

  it('with a reset connection → possibly sent, without a repetition', async () => {
    const server = await startServer((socket) => socket.resetAndDestroy());
    const exchange = new HttpExchange(patience);
    const url = new URL(`http://127.0.0.1:${server.port}/`);
    const failure = await failureOf(exchange.send({ method: 'POST', url, body: 'x' }));
    expect(failure).toMatchObject({ delivery: 'possibly_sent' });
    // SDKs repeat what has the code of a lost connection.
    expect(failure).not.toHaveProperty('code');
    expect(server.connections()).toBe(1);
  });

  it('over a connection that was kept, which ends → possibly sent, and is not repeated', async () => {
    const server = await startServer((socket, count) => {
      if (count === 1) socket.write(ok('one'));
      else socket.destroy();
    });
    const exchange = new HttpExchange(patience);
    const asked = { method: 'GET', url: new URL(`http://127.0.0.1:${server.port}/`) };
    await exchange.send(asked);
    expect(await failureOf(exchange.send(asked))).toMatchObject({ delivery: 'possibly_sent' });
    expect(server.connections()).toBe(1);
  });

  it('after an answer too many → does not get that one for its own', async () => {
    let requests = 0;
    const server = await startServer((socket) => {
      requests += 1;
      if (requests === 1) socket.write(ok('one'), () => socket.write(ok('unasked')));
      else socket.write(ok('two'));
    });
    const exchange = new HttpExchange(patience);
    const asked = { method: 'GET', url: new URL(`http://127.0.0.1:${server.port}/`) };
    const bodies = [
      (await exchange.send(asked)).body.toString(),
      (await exchange.send(asked)).body.toString(),
    ];
    expect(bodies).toEqual(['one', 'two']);
  });
});

describe('with TLS', () => {
  it('a server of a trusted authority and of this name → answers', async () => {
    const { authority, server } = await startTls();
    const answer = await get(`https://localhost:${server.port}/`, { ...patience, authorities: authority });
    expect(answer.body.toString()).toBe('safe');
  });

  it.each([
    ['of an authority that nobody knows', {}, 'localhost', false],
    ['of another name', { name: 'example.com' }, 'localhost', true],
    ['whose certificate has expired', { notAfter: new Date('2020-01-02') }, 'localhost', true],
    ['whose name was not certified, by its address', {}, '127.0.0.1', true],
  ])('a server %s → not sent', async (_which, certificate, host, isTrusted) => {
    const { authority, server } = await startTls(certificate);
    const failure = await failureOf(
      get(`https://${host}:${server.port}/`, {
        ...patience,
        ...(isTrusted ? { authorities: authority } : {}),
      }),
    );
    expect(failure).toMatchObject({ delivery: 'not_sent' });
    expect(server.connections()).toBe(1);
    expect(server.received()).toBe('');
  });

  it('a server without TLS → not sent', async () => {
    const server = await startServer((socket) => socket.write(ok('plain')));
    expect(await failureOf(get(`https://127.0.0.1:${server.port}/`))).toMatchObject({ delivery: 'not_sent' });
  });

  it('a server that does not answer the handshake → not sent', async () => {
    const server = await startServer(() => undefined);
    expect(await failureOf(get(`https://127.0.0.1:${server.port}/`, impatience))).toMatchObject({
      delivery: 'not_sent',
      message: 'no complete answer within 300 ms',
    });
    await server.disconnected;
  });

  it('a connection that is lost after the handshake → possibly sent', async () => {
    const { authority, server } = await startTls({}, (socket) => socket.destroy());
    expect(
      await failureOf(get(`https://localhost:${server.port}/`, { ...patience, authorities: authority })),
    ).toMatchObject({ delivery: 'possibly_sent' });
  });
});

describe('with a guard', () => {
  it.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://0x7f.1',
    'http://2130706433',
    'http://0.0.0.0',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::127.0.0.1]',
    'http://[64:ff9b::127.0.0.1]',
    'https://127.0.0.1',
  ])('%s → not sent, forbidden, and nothing connects', async (origin) => {
    const server = await startServer((socket) => socket.write(ok('internal')), '::');
    const failure = await failureOf(
      get(`${origin}:${server.port}/`, { ...patience, guard: new AddressGuard([]) }),
    );
    expect(failure).toMatchObject({ delivery: 'not_sent', isForbidden: true });
    expect(server.connections()).toBe(0);
  });

  it('a name that leads elsewhere the second time → connects to the first place alone', async () => {
    const outside = await startServer(
      (socket) => socket.end(ok('outside', 'connection: close')),
      '127.0.0.1',
    );
    const inside = await startServer((socket) => socket.write(ok('inside')), '127.0.0.2', outside.port);
    const addresses = ['127.0.0.1', '127.0.0.2'];
    const guard = new AddressGuard(['127.0.0.1/32'], (_host, _options, done) => {
      done(null, [{ address: addresses.shift() ?? '', family: 4 }]);
    });
    const exchange = new HttpExchange({ ...patience, guard });
    const asked = { method: 'GET', url: new URL(`http://rebinding.example:${outside.port}/`) };
    expect((await exchange.send(asked)).body.toString()).toBe('outside');
    expect(await failureOf(exchange.send(asked))).toMatchObject({ delivery: 'not_sent', isForbidden: true });
    expect(inside.connections()).toBe(0);
  });

  it('a name with allowed and other addresses → connects to the allowed one', async () => {
    const outside = await startServer((socket) => socket.write(ok('outside')), '127.0.0.1');
    const inside = await startServer((socket) => socket.write(ok('inside')), '127.0.0.2', outside.port);
    const guard = new AddressGuard(['127.0.0.1/32'], (_host, _options, done) => {
      done(null, [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    });
    const answer = await get(`http://two.example:${outside.port}/`, { ...patience, guard });
    expect(answer.body.toString()).toBe('outside');
    expect(inside.connections()).toBe(0);
  });
});

interface Certificate {
  readonly name?: string;
  readonly notAfter?: Date;
}

async function startTls(
  { name = 'localhost', notAfter = new Date('2100-01-01') }: Certificate = {},
  onRequest: OnRequest = (socket) => socket.write(ok('safe')),
): Promise<{ authority: string; server: RawServer }> {
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const newKeys = () =>
    webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const [authorityKeys, keys] = await Promise.all([newKeys(), newKeys()]);
  const notBefore = new Date('2020-01-01');
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test Authority',
    keys: authorityKeys,
    notBefore,
    notAfter: new Date('2100-01-01'),
    signingAlgorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    notBefore,
    notAfter,
    signingAlgorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`;
  const server = createTlsServer({ cert: certificate.toString('pem'), key: pem });
  return { authority: authority.toString('pem'), server: await listen(server, onRequest, '127.0.0.1', 0) };
}
