import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import type { AuthorizeCall, PaymentProvider, ProviderOutcome } from '../payment-provider.js';
import { answerJson, startScriptedServer, type ScriptedServer } from '../testing/scripted-server.js';
import { captured } from '../testing/scripted-stripe.js';
import { impatienceMs, patienceMs } from '../testing/steer-simulator.js';
import { createStripeProvider } from './stripe-provider.js';

const call: AuthorizeCall = {
  reference: 'pi_wire',
  idempotencyKey: 'order-1:op:1',
  amountMinor: 24_500,
  currency: 'USD',
  mayPay: () => true,
};

const reads = {
  find: (provider) => provider.find(call.reference),
  authorize: (provider) => provider.authorize(call),
} satisfies Record<string, Operation>;
const effects = {
  capture: (provider) => provider.capture(call),
  void: (provider) => provider.void(call),
} satisfies Record<string, Operation>;
const operations = { ...reads, ...effects, refund: (provider: PaymentProvider) => provider.refund(call) };

type Operation = (provider: PaymentProvider) => Promise<ProviderOutcome<object>>;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const providerAt = (baseUrl: string, timeoutMs = patienceMs): PaymentProvider =>
  createStripeProvider({ apiKey: 'sk_test_wire', baseUrl, timeoutMs });

async function scripted(...script: Parameters<typeof startScriptedServer>): Promise<ScriptedServer> {
  const server = await startScriptedServer(...script);
  closers.push(() => server.close());
  return server;
}

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

/** The answer to the search for earlier refunds, which these tests are not about. */
const emptyList = { object: 'list', data: [], has_more: false };

describe.each(Object.entries<Operation>(operations))('%s', (_, run) => {
  it('is transient when nothing listens: the request was never sent', async () => {
    const server = await scripted(() => undefined);
    await server.close();
    expect(await run(providerAt(server.baseUrl))).toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('is transient when the name cannot be resolved', async () => {
    expect(await run(providerAt('http://stripe.invalid'))).toMatchObject({ kind: 'transient' });
  });

  it('is transient when TLS is refused or hangs', async () => {
    const refusing = await tcpServer((socket) => void socket.end('this is not TLS\n'));
    expect(await run(providerAt(`https://127.0.0.1:${refusing}`))).toMatchObject({ kind: 'transient' });
    const silent = await tcpServer(() => undefined);
    expect(await run(providerAt(`https://127.0.0.1:${silent}`, impatienceMs))).toMatchObject({
      kind: 'transient',
    });
  });

  it.each([
    ['401', 401, 'invalid_request_error'],
    ['403', 403, 'invalid_request_error'],
  ])(
    'waits for the operator, and shows no secret, when the credentials are refused with %s',
    async (_, status, type) => {
      const message = 'Invalid API Key provided: sk_test_wire';
      const server = await scripted((_request, response) => {
        answerJson(response, status, { error: { type, message } });
      });
      const outcome = await run(providerAt(server.baseUrl));
      expect(outcome).toMatchObject({
        kind: 'transient',
        message: expect.stringContaining('credentials') as string,
      });
      expect(JSON.stringify(outcome)).not.toContain('sk_test_wire');
    },
  );

  it('is transient when rate limited, with the time of the next attempt', async () => {
    const server = await scripted((_request, response) => {
      answerJson(
        response,
        429,
        { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'slow' } },
        {
          'retry-after': '3',
        },
      );
    });
    expect(await run(providerAt(server.baseUrl))).toMatchObject({ kind: 'transient', retryAfterMs: 3_000 });
  });
});

const silence = 'no answer comes in time';
const dripping = 'the answer drips without end';

/** Failures after which a request may have had its effect. */
const openEnds: Record<string, Parameters<typeof startScriptedServer>[0]> = {
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
    response.write('{"object":');
    setImmediate(() => response.socket?.destroy());
  },
  'the answer is a page': (_request, response) =>
    void response.writeHead(502).end('<html>Bad gateway</html>'),
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
  'the error is a string': (_request, response) => {
    answerJson(response, 404, { error: 'not found' });
  },
  'Stripe fails': (_request, response) => {
    answerJson(response, 500, { error: { type: 'api_error', message: 'sorry' } });
  },
  'Stripe is overloaded': (_request, response) => {
    answerJson(response, 503, { error: { type: 'api_error', message: 'sorry' } });
  },
  'a call with the same key is under way': (_request, response) => {
    answerJson(response, 409, {
      error: { type: 'invalid_request_error', code: 'idempotency_key_in_use', message: 'busy' },
    });
  },
};

describe.each(Object.entries(openEnds))('when %s', (what, answer) => {
  const timeoutMs = what === silence || what === dripping ? impatienceMs : patienceMs;

  it.each(Object.entries<Operation>(reads))('%s is transient, and is sent once', async (_name, run) => {
    const server = await scripted(answer);
    expect(await run(providerAt(server.baseUrl, timeoutMs))).toMatchObject({ kind: 'transient' });
    expect(server.requests).toHaveLength(1);
  });

  it.each(Object.entries<Operation>(effects))('%s is unknown, and is sent once', async (_name, run) => {
    const server = await scripted(answer);
    expect(await run(providerAt(server.baseUrl, timeoutMs))).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('refund is unknown, and sent once', async () => {
    const server = await scripted((request, response) => {
      if (request.method === 'GET') answerJson(response, 200, emptyList);
      else answer(request, response);
    });
    expect(await operations.refund(providerAt(server.baseUrl, timeoutMs))).toMatchObject({ kind: 'unknown' });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });
});

describe('a request to Stripe', () => {
  it('carries the key of the call, the pinned version of the API and no telemetry', async () => {
    const server = await scripted((_request, response) => {
      answerJson(response, 200, captured, { 'request-id': 'req_1' });
    });
    const provider = providerAt(server.baseUrl);
    // The SDK's telemetry reports the previous request.
    await provider.capture(call);
    await provider.capture(call);
    expect(server.requests).toHaveLength(2);
    for (const { headers, body, path } of server.requests) {
      expect(path).toBe('/v1/payment_intents/pi_wire/capture');
      expect(new URLSearchParams(body).get('amount_to_capture')).toBe('24500');
      expect(headers).toMatchObject({
        'idempotency-key': 'order-1:op:1',
        'stripe-version': '2026-10-28.endive',
      });
      expect(headers).not.toHaveProperty('x-stripe-client-telemetry');
    }
  });

  it('reuses one connection while that is fresh, and leaves nothing behind on it', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    closers.push(async () => void process.off('warning', onWarning));
    const server = await scripted((_request, response) => {
      answerJson(response, 404, {
        error: { type: 'invalid_request_error', code: 'resource_missing', message: 'no' },
      });
    });
    const provider = providerAt(server.baseUrl);
    for (let request = 0; request < 20; request += 1) {
      expect(await provider.find(`pi_${request}`)).toEqual({ kind: 'done' });
    }
    expect(new Set(server.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
    expect(warnings).toEqual([]);
  });

  it.each(['', '.', '../refunds', 'ch_123', 'pi_1?expand[]=x', 'pi_3Pq_secret_9Zz', '4242424242424242'])(
    'is not sent for the reference %j, which cannot be a payment’s id',
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
      await expect(providerAt(server.baseUrl).capture({ ...call, idempotencyKey })).rejects.toThrow(
        TypeError,
      );
      expect(server.requests).toHaveLength(0);
    },
  );

  it.each([
    { apiKey: '', timeoutMs: patienceMs },
    { apiKey: 'sk_test_1\n', timeoutMs: patienceMs },
    { apiKey: 'sk_test_1', timeoutMs: patienceMs, baseUrl: 'ftp://stripe.example' },
    { apiKey: 'sk_test_1', timeoutMs: patienceMs, baseUrl: 'https://stripe.example/v1' },
  ])('is refused at construction: %o', (config) => {
    expect(() => createStripeProvider(config)).toThrow(TypeError);
  });
});
