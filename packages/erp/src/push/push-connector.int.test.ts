import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';

import type { ErpOutcome, ErpLink } from '../erp-connector.js';
import { callOf, laterOf, lineOf, snapshotOf } from '../testing/order-snapshot.js';
import { testNetwork } from '../testing/steered-erp.js';
import { newSigningSecret } from '../testing/steered-push.js';
import type { ErpNetwork } from '../transport/erp-network.js';
import { PushConnector } from './push-connector.js';
import { pushSettingsSchema } from './push-settings.js';

const signingSecret = newSigningSecret();
const servers: Server[] = [];

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server whose answers the test writes. */
async function serverThat(
  answers: (response: ServerResponse, received: Received) => void,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      received.push({ headers: incoming.headers, body });
      answers(response, { headers: incoming.headers, body });
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/orders`, received };
}

function connect(url: string, network: Partial<ErpNetwork> = {}): PushConnector {
  const settings = pushSettingsSchema.parse({ url, signingSecret });
  return new PushConnector(settings, { ...testNetwork, ...network });
}

async function pushTo(url: string, network: Partial<ErpNetwork> = {}): Promise<ErpOutcome<ErpLink>> {
  const order = snapshotOf();
  const outcome = await connect(url, network).pushOrder(order, callOf(order));
  expect(JSON.stringify(outcome)).not.toContain(signingSecret.slice('whsec_'.length));
  return outcome;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a posted order', () => {
  it('has a signature that the secret verifies, and the key as its id', async () => {
    const { url, received } = await serverThat((response) => response.writeHead(204).end());
    const order = snapshotOf();
    await connect(url).pushOrder(order, { idempotencyKey: 'order-7:3' });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const signed = {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    };
    expect(signed['webhook-id']).toBe('order-7:3');
    expect(new Webhook(signingSecret).verify(body, signed)).toMatchObject({ data: { id: order.id } });
    expect(() => new Webhook(signingSecret).verify(`${body} `, signed)).toThrow();
    expect(() => new Webhook(newSigningSecret()).verify(body, signed)).toThrow();
  });

  it('is equal for an equal snapshot, with exact amounts', async () => {
    const { url, received } = await serverThat((response) => response.writeHead(204).end());
    const order = snapshotOf({ lines: [lineOf()], discountMinor: 1 });
    await connect(url).pushOrder(order, callOf(order));
    await connect(url).pushOrder(order, callOf(order));
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      type: 'order.snapshot',
      timestamp: order.updatedAt,
      data: {
        total_amount: '111.91',
        discount_amount: '0.01',
        lines: [{ unit_price: '49.50', total_amount: '98.99' }],
        version: 3,
      },
    });
  });
});

it('signs like the specification’s own example', () => {
  const webhook = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  expect(
    webhook.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}'),
  ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe('an order without an id of the ERP', () => {
  it('gets the id of the earlier push, or this system’s', async () => {
    const { url } = await serverThat((response) => response.writeHead(200).end('taken'));
    const order = snapshotOf();
    const later = laterOf(order);
    expect(await connect(url).pushOrder(order, callOf(order))).toMatchObject({
      kind: 'done',
      erpId: order.id,
    });
    expect(await connect(url).pushOrder(later, { ...callOf(later), previousErpId: 'SO-7' })).toMatchObject({
      kind: 'done',
      erpId: 'SO-7',
    });
  });
});

describe('a server that misbehaves', () => {
  it('and hangs → unknown after the time limit', async () => {
    const { url } = await serverThat(() => undefined);
    expect(await pushTo(url, { timeoutMs: 300 })).toMatchObject({ kind: 'unknown' });
  });

  it('and sends its answer byte by byte → ends at the same time limit', async () => {
    const { url } = await serverThat((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => {
        clearInterval(drip);
      });
    });
    expect(await pushTo(url, { timeoutMs: 400 })).toMatchObject({ kind: 'unknown' });
  });

  it('and sends an endless answer → is read up to the size limit', async () => {
    let writtenBytes = 0;
    const { url } = await serverThat((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) writtenBytes += chunk.length;
      };
      response.on('drain', pour);
      pour();
    });
    expect(await pushTo(url, { maxAnswerBytes: 100_000 })).toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('larger than 100000 bytes') as string,
    });
    expect(writtenBytes).toBeLessThan(32 * 1024 * 1024);
  });

  it('and resets the connection → unknown', async () => {
    const { url } = await serverThat((response) => response.socket?.resetAndDestroy());
    expect(await pushTo(url)).toMatchObject({ kind: 'unknown' });
  });

  it('and redirects → is not followed', async () => {
    const elsewhere = await serverThat((response) => response.writeHead(200).end());
    const { url } = await serverThat((response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect(await pushTo(url)).toMatchObject({ kind: 'transient', needsOperator: true });
    expect(elsewhere.received).toEqual([]);
  });

  it('and echoes its request → the message has no secret', async () => {
    const { url } = await serverThat((response) => {
      response.writeHead(422).end(JSON.stringify({ error: `bad signature, wanted ${signingSecret}` }));
    });
    expect(await pushTo(url)).toMatchObject({ kind: 'refused' });
  });
});

describe('a forbidden address', () => {
  it.each(['127.0.0.1', 'localhost'])('is not connected to, for the host %s', async (host) => {
    const { url, received } = await serverThat((response) => response.writeHead(200).end());
    const outcome = await pushTo(url.replace('127.0.0.1', host), { allowedAddressRanges: [] });
    expect(outcome).toMatchObject({ kind: 'transient', needsOperator: true });
    expect(received).toEqual([]);
  });
});

it('is transient when the name of the server cannot be resolved', async () => {
  expect(await pushTo('https://erp.invalid/orders')).toMatchObject({ kind: 'transient' });
});
