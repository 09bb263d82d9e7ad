import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import type { PaymentProvider, ProviderOutcome } from '../payment-provider.js';
import { noNotifications } from '../testing/steered-paypal.js';
import { answerToken, authorization, call, capture, configFor, order } from '../testing/scripted-paypal.js';
import { answerJson, startScriptedServer, type ScriptedServer } from '../testing/scripted-server.js';
import { impatienceMs, patienceMs } from '../testing/steer-simulator.js';
import { createPayPalProvider } from './paypal-provider.js';

type Operation = (provider: PaymentProvider) => Promise<ProviderOutcome<object>>;
const reads = {
  find: (provider) => provider.find(call.reference),
  authorize: (provider) => provider.authorize(call),
} satisfies Record<string, Operation>;
const effects = {
  capture: (provider) => provider.capture(call),
  void: (provider) => provider.void(call),
  refund: (provider) => provider.refund(call),
} satisfies Record<string, Operation>;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

type Answer = Parameters<typeof startScriptedServer>[0];

async function scripted(answer: Answer): Promise<ScriptedServer> {
  const server = await startScriptedServer((request, response) => {
    if (!answerToken(request, response)) answer(request, response);
  });
  closers.push(() => server.close());
  return server;
}

const providerAt = (apiBaseUrl: string, timeoutMs = patienceMs): PaymentProvider =>
  createPayPalProvider(
    { clientId: 'client-wire', clientSecret: 'secret-wire', environment: 'live', apiBaseUrl, timeoutMs },
    { notifications: noNotifications },
  );

async function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        sockets.forEach((socket) => socket.destroy());
      }),
  );
  // A server that listens on TCP has an address of this form.
  return (server.address() as AddressInfo).port;
}

describe.each(Object.entries<Operation>({ ...reads, ...effects }))('%s', (_, run) => {
  it('is transient when nothing listens: the request was never sent', async () => {
    const server = await scripted(() => undefined);
    await server.close();
    expect(await run(providerAt(server.baseUrl))).toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('is transient when TLS is refused or hangs', async () => {
    const refusing = await tcpServer((socket) => void socket.end('this is not TLS\n'));
    expect(await run(providerAt(`https://127.0.0.1:${refusing}`))).toMatchObject({ kind: 'transient' });
    const silent = await tcpServer(() => undefined);
    expect(await run(providerAt(`https://127.0.0.1:${silent}`, impatienceMs))).toMatchObject({
      kind: 'transient',
    });
  });

  it('is transient, without a secret in its message, when the credentials are refused', async () => {
    const server = await startScriptedServer((_request, response) => {
      answerJson(response, 401, { error: 'invalid_client', error_description: 'secret-wire is wrong' });
    });
    closers.push(() => server.close());
    const outcome = await run(providerAt(server.baseUrl));
    expect(outcome).toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('credentials') as string,
    });
    expect(JSON.stringify(outcome)).not.toMatch(/client-wire|secret-wire/);
    expect(server.requests).toHaveLength(1);
  });

  it('is transient when rate limited, with the time of the next attempt', async () => {
    const server = await scripted((_request, response) => {
      answerJson(response, 429, { name: 'RATE_LIMIT_REACHED', message: 'slow' }, { 'retry-after': '3' });
    });
    expect(await run(providerAt(server.baseUrl))).toMatchObject({ kind: 'transient', retryAfterMs: 3_000 });
  });
});

const silence = 'no answer comes in time';
const dripping = 'the answer drips without end';

/** Failures after which a request may have had its effect. */
const openEnds: Record<string, Answer> = {
  'the connection is lost after sending': (_request, response) => void response.socket?.destroy(),
  'the connection is reset after sending': (_request, response) => void response.socket?.resetAndDestroy(),
  [silence]: () => undefined,
  [dripping]: (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(drip);
    });
  },
  'the answer breaks off': (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"id":');
    setImmediate(() => response.socket?.destroy());
  },
  'the answer is a page': (_request, response) => void response.writeHead(200).end('<html>hello</html>'),
  'the answer is empty': (_request, response) => void response.writeHead(200).end(),
  'the answer is a number': (_request, response) => {
    answerJson(response, 200, 42);
  },
  'the answer is null': (_request, response) => {
    answerJson(response, 200, null);
  },
  'the answer is some other object': (_request, response) => {
    answerJson(response, 200, { hello: 'world' });
  },
  'the status is one that nobody knows': (_request, response) => {
    answerJson(response, 200, { ...authorization(), status: 'CONSIDERED' });
  },
  'the answer leads elsewhere': (_request, response) =>
    void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  'PayPal fails': (_request, response) => {
    answerJson(response, 500, { name: 'INTERNAL_SERVER_ERROR', message: 'sorry' });
  },
};

describe.each(Object.entries(openEnds))('when %s', (what, answer) => {
  const timeoutMs = what === silence || what === dripping ? impatienceMs : patienceMs;

  it.each(Object.entries<Operation>(reads))('%s is transient, and is sent once', async (_name, run) => {
    const server = await scripted(answer);
    expect(await run(providerAt(server.baseUrl, timeoutMs))).toMatchObject({ kind: 'transient' });
    expect(server.requests.filter(({ path }) => path.startsWith('/v2'))).toHaveLength(1);
  });

  it.each(Object.entries<Operation>(effects))('%s is unknown, and is sent once', async (name, run) => {
    const captured = authorization({ status: 'CAPTURED' });
    const server = await scripted((request, response) => {
      if (request.method === 'POST') answer(request, response);
      else if (request.path.includes('/orders/')) answerJson(response, 200, order({ captures: [capture()] }));
      else answerJson(response, 200, name === 'refund' ? captured : authorization());
    });
    expect(await run(providerAt(server.baseUrl, timeoutMs))).toMatchObject({ kind: 'unknown' });
    expect(server.requests.filter(({ path }) => /capture$|void$|refund$/.test(path))).toHaveLength(1);
  });
});

describe('a request to PayPal', () => {
  it('reuses one connection while that is fresh, with one access token', async () => {
    const server = await scripted((_request, response) => {
      answerJson(response, 404, { name: 'RESOURCE_NOT_FOUND', message: 'no' });
    });
    const provider = providerAt(server.baseUrl);
    for (let request = 0; request < 10; request += 1) {
      expect(await provider.find(call.reference)).toEqual({ kind: 'done' });
    }
    expect(new Set(server.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
    expect(server.requests.filter(({ path }) => path.endsWith('/token'))).toHaveLength(1);
  });

  it('fetches one access token for any number of concurrent requests', async () => {
    const server = await scripted((_request, response) => {
      answerJson(response, 404, { name: 'RESOURCE_NOT_FOUND', message: 'no' });
    });
    const provider = providerAt(server.baseUrl);
    await Promise.all(Array.from({ length: 6 }, () => provider.find(call.reference)));
    expect(server.requests.filter(({ path }) => path.endsWith('/token'))).toHaveLength(1);
  });

  it.each(['', '.', '../refunds', '0VF52814937998046/void', '0vf52814937998046', '4242424242424242'])(
    'is not sent for the reference %j, which cannot be an authorisation’s id',
    async (reference) => {
      const server = await scripted(() => undefined);
      const provider = providerAt(server.baseUrl);
      expect(await provider.find(reference)).toEqual({ kind: 'done' });
      for (const outcome of await Promise.all([
        provider.authorize({ ...call, reference }),
        provider.capture({ ...call, reference }),
        provider.void({ ...call, reference }),
        provider.refund({ ...call, reference }),
      ])) {
        expect(outcome).toMatchObject({ kind: 'declined', reason: 'payment_reference_not_found' });
        if (reference.length > 3) expect(JSON.stringify(outcome)).not.toContain(reference);
      }
      expect(server.requests).toHaveLength(0);
    },
  );
});

describe('an invalid call', () => {
  it.each(['', 'with space', 'k'.repeat(251), 'ключ'])(
    '→ is refused before anything is sent: key %j',
    async (idempotencyKey) => {
      const server = await scripted(() => undefined);
      const provider = createPayPalProvider(configFor(server), { notifications: noNotifications });
      await expect(provider.capture({ ...call, idempotencyKey })).rejects.toThrow(TypeError);
      expect(server.requests).toHaveLength(0);
    },
  );

  it.each([
    { clientId: '' },
    { clientSecret: 'secret 1' },
    { apiBaseUrl: 'ftp://paypal.example' },
    { apiBaseUrl: 'https://paypal.example/?mode=x' },
    { apiBaseUrl: 'paypal.example' },
  ])('is refused at construction: %o', (change) => {
    const config = {
      clientId: 'client-1',
      clientSecret: 'secret-1',
      environment: 'live',
      timeoutMs: 1,
    } as const;
    expect(() => createPayPalProvider({ ...config, ...change }, { notifications: noNotifications })).toThrow(
      TypeError,
    );
  });
});
