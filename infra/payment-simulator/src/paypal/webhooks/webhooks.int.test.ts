import { createVerify, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { startTestPayPal, type TestPayPal } from '../../testing/test-paypal.js';

const webhookId = '9XL90610J3647323C';
interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
interface WebhookStatus {
  readonly authority: string;
  readonly pending: number;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An endpoint that answers with these statuses in turn, and then always with the last one. */
async function endpoint(...statuses: number[]): Promise<{ url: string; arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      arrived.push({ headers: request.headers, body });
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  // A server that listens on TCP has an address of this form.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, arrived };
}

async function started(stateFile?: string): Promise<TestPayPal> {
  const paypal = await startTestPayPal(stateFile === undefined ? {} : { stateFile });
  closers.push(() => paypal.close());
  return paypal;
}

const typeOf = ({ body }: Arrived): unknown =>
  (JSON.parse(body.toString()) as { readonly event_type?: unknown }).event_type; // Events are objects.

describe('an event', () => {
  it("is signed for the webhook, with a certificate that the simulator's authority issued to PayPal", async () => {
    const [paypal, { url, arrived }] = [await started(), await endpoint(200)];
    const { authority } = await paypal.control<WebhookStatus>('PUT', '/paypal/webhooks', { url, webhookId });
    await paypal.checkout();
    await expect.poll(() => arrived.length).toBe(1);
    const [event] = arrived;
    const header = (name: string): string => event?.headers[`paypal-${name}`]?.toString() ?? '';
    expect(header('auth-algo')).toBe('SHA256withRSA');
    const certificate = new X509Certificate(await (await fetch(header('cert-url'))).text());
    expect(certificate.subject).toBe('CN=messageverificationcerts.paypal.com');
    expect(certificate.verify(new X509Certificate(authority).publicKey)).toBe(true);
    const message = [
      header('transmission-id'),
      header('transmission-time'),
      webhookId,
      crc32(event?.body ?? ''),
    ];
    const verified = createVerify('sha256')
      .update(message.join('|'))
      .verify(certificate.publicKey, header('transmission-sig'), 'base64');
    expect(verified).toBe(true);
  });

  it('is sent again until the endpoint accepts it, each time with a new signature', async () => {
    const [paypal, { url, arrived }] = [await started(), await endpoint(500, 503, 200)];
    await paypal.control('PUT', '/paypal/webhooks', { url, webhookId });
    await paypal.checkout();
    await expect.poll(() => arrived.length).toBe(3);
    await expect
      .poll(async () => (await paypal.control<WebhookStatus>('GET', '/paypal/webhooks')).pending)
      .toBe(0);
    expect(new Set(arrived.map(({ headers }) => headers['paypal-transmission-id'])).size).toBe(3);
    expect(new Set(arrived.map(({ body }) => body.toString())).size).toBe(1);
  });

  it('is sent for each change of a payment', async () => {
    const [paypal, { url, arrived }] = [await started(), await endpoint(200)];
    await paypal.control('PUT', '/paypal/webhooks', { url, webhookId });
    await paypal.void(await paypal.checkout());
    const { body } = await paypal.capture(await paypal.checkout({ capturesPend: true }));
    const capture = String(body['id']);
    await paypal.control('POST', `/paypal/captures/${capture}/complete`, { outcome: 'completed' });
    await paypal.refund(capture, '5.00');
    await paypal.control('POST', `/paypal/captures/${capture}/dispute`);
    await paypal.control('POST', `/paypal/captures/${capture}/reverse`);
    await expect
      .poll(() => arrived.map(typeOf).sort())
      .toEqual([
        'CUSTOMER.DISPUTE.CREATED',
        'PAYMENT.AUTHORIZATION.CREATED',
        'PAYMENT.AUTHORIZATION.CREATED',
        'PAYMENT.AUTHORIZATION.VOIDED',
        'PAYMENT.CAPTURE.COMPLETED',
        'PAYMENT.CAPTURE.PENDING',
        'PAYMENT.CAPTURE.REFUNDED',
        'PAYMENT.CAPTURE.REVERSED',
      ]);
  });
});

describe('a restart', () => {
  it('sends undelivered events only once the simulator knows its address, which the events contain', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'paypal-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const stateFile = path.join(folder, 'state.ndjson');
    const { url, arrived } = await endpoint(500, 200);
    const webhookEndpoint = { url, secret: webhookId };
    const timing = { retryMs: 3_600_000, timeoutMs: 20_000 };
    const first = await startTestPayPal({ stateFile, webhookTiming: timing, paypal: { webhookEndpoint } });
    await first.checkout();
    await expect.poll(() => arrived.length).toBe(1);
    await first.close();

    const second = await startTestPayPal({ stateFile, paypal: { webhookEndpoint } });
    closers.push(() => second.close());
    await expect.poll(() => arrived.length).toBe(2);
    const certificate = arrived[1]?.headers['paypal-cert-url']?.toString() ?? '';
    expect(certificate).toBe(`${second.url}/paypal/v1/notifications/certs/CERT-SIMULATOR`);
    expect((await fetch(certificate)).status).toBe(200);
  });

  it('keeps payments, request ids, the ledger and the signing key, but no access tokens', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'paypal-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const stateFile = path.join(folder, 'state.ndjson');
    const first = await startTestPayPal({ stateFile });
    const reference = await first.checkout();
    const captured = await first.capture(reference, '200.00', 'key-1');
    const { authority } = await first.control<WebhookStatus>('GET', '/paypal/webhooks');
    await first.close();

    const second = await started(stateFile);
    expect(await second.capture(reference, '200.00', 'key-1')).toEqual(captured);
    expect(await second.movements(reference)).toEqual(['authorize 24500', 'capture 20000']);
    expect((await second.control<WebhookStatus>('GET', '/paypal/webhooks')).authority).toBe(authority);
  });
});
