import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

import type { PaymentNotification, WebhookReader, WebhookRequest } from '../payment-notification.js';
import { authorized, callFor } from '../testing/steered-provider.js';
import { steeredPayPal, type SteeredPayPal } from '../testing/steered-paypal.js';
import { certificates } from '../testing/paypal-certificates.js';
import type { PayPalConfig } from './paypal-client.js';
import { createPayPalWebhookReader } from './paypal-webhook-reader.js';

const webhookId = '9XL90610J3647323C';
const day = 86_400_000;

let paypal: SteeredPayPal;
let config: PayPalConfig;
let reader: WebhookReader;
/** The webhooks as they arrived. */
const received: WebhookRequest[] = [];
const server = createServer((request, response) => {
  void buffer(request).then((body) => {
    received.push({ headers: flat(request.headers), body });
    response.writeHead(200).end();
  });
});

const flat = (headers: IncomingHttpHeaders): WebhookRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));

beforeAll(async () => {
  paypal = await steeredPayPal();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  const answer = await paypal.control('PUT', 'paypal/webhooks', {
    url: `http://127.0.0.1:${port}/`,
    webhookId,
  });
  const { authority } = z.object({ authority: z.string() }).parse(answer);
  const { origin } = new URL(paypal.config.apiBaseUrl ?? '');
  config = { ...paypal.config, webhookId, webhookCertificates: { origin, authority } };
  reader = createPayPalWebhookReader(config);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await paypal.close();
});

/** Waits for this number of webhooks about a payment. */
async function about(text: string, count: number): Promise<readonly WebhookRequest[]> {
  return vi.waitFor(
    () => {
      const found = received.filter(({ body }) => body.toString().includes(text));
      expect(found.length).toBeGreaterThanOrEqual(count);
      return found;
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** Waits for the first webhook of this type about a payment. */
async function webhook(type: string, text: string): Promise<WebhookRequest> {
  return vi.waitFor(
    () => {
      const found = received.find(({ body }) => body.includes(`"${type}"`) && body.includes(text));
      if (!found) throw new Error(`no ${type} has arrived`);
      return found;
    },
    { timeout: 30_000, interval: 20 },
  );
}

async function said(request: WebhookRequest): Promise<readonly PaymentNotification[]> {
  const outcome = await reader.read(request);
  expect(outcome).toMatchObject({ kind: 'verified' });
  return outcome.kind === 'verified' ? outcome.notifications : [];
}

describe('PayPal’s webhooks', () => {
  it('of a captured and refunded payment name its authorisation', async () => {
    const owner = { tenantId: randomUUID(), orgId: randomUUID() };
    const reference = await authorized(paypal, owner);
    const capture = callFor(reference);
    const refund = callFor(reference, { amountMinor: 5_000 });
    await paypal.provider.capture(capture);
    const refunded = await paypal.provider.refund(refund);
    const [{ id: captureId } = { id: '' }] = await paypal.captures(reference);
    const base = {
      provider: 'paypal',
      reference,
      currency: 'USD',
      occurredAt: expect.stringMatching(/Z$/) as string,
    };
    const eventId = expect.stringMatching(/^WH-/) as string;

    expect(await said(await webhook('PAYMENT.AUTHORIZATION.CREATED', reference))).toEqual([
      { ...base, eventId, kind: 'authorized', amountMinor: 24_500, owner: { kind: 'named', ...owner } },
    ]);
    expect(await said(await webhook('PAYMENT.CAPTURE.COMPLETED', reference))).toEqual([
      {
        ...base,
        eventId,
        kind: 'captured',
        amountMinor: 24_500,
        objectId: captureId,
        operationKey: capture.idempotencyKey,
      },
    ]);
    expect(await said(await webhook('PAYMENT.CAPTURE.REFUNDED', captureId))).toEqual([
      {
        ...base,
        eventId,
        kind: 'refunded',
        amountMinor: 5_000,
        objectId: refunded.kind === 'done' ? refunded.refundId : '',
        operationKey: refund.idempotencyKey,
      },
    ]);
    const { id: dispute } = (await paypal.control('POST', `paypal/captures/${captureId}/dispute`)) as {
      id: string;
    };
    expect(await said(await webhook('CUSTOMER.DISPUTE.CREATED', captureId))).toMatchObject([
      { reference, kind: 'dispute_opened', objectId: dispute, amountMinor: 24_500 },
    ]);
    await paypal.control('POST', `paypal/captures/${captureId}/disputes/${dispute}/resolve`, {
      outcome: 'RESOLVED_SELLER_FAVOUR',
    });
    expect(await said(await webhook('CUSTOMER.DISPUTE.RESOLVED', captureId))).toMatchObject([
      { reference, kind: 'dispute_won', objectId: dispute },
    ]);
    await paypal.control('POST', `paypal/captures/${captureId}/reverse`);
    expect(await said(await webhook('PAYMENT.CAPTURE.REVERSED', captureId))).toMatchObject([
      { reference, kind: 'refunded', amountMinor: 19_500, reason: 'PayPal has reversed the capture' },
    ]);
  });

  it('of a void distinguish a release from an expiry', async () => {
    const [voided, lapsed] = [await authorized(paypal), await authorized(paypal)];
    await paypal.provider.void(callFor(voided));
    await paypal.advanceClock(29);
    expect(await said(await webhook('PAYMENT.AUTHORIZATION.VOIDED', voided))).toMatchObject([
      { reference: voided, kind: 'voided' },
    ]);
    expect(await said(await webhook('PAYMENT.AUTHORIZATION.VOIDED', lapsed))).toMatchObject([
      { reference: lapsed, kind: 'authorization_expired' },
    ]);
  });

  it('of a pending capture give no notification; its denial gives a failed capture', async () => {
    const reference = await paypal.checkout({ amount: 24_500, capturesPend: true });
    await paypal.provider.capture(callFor(reference));
    const [{ id } = { id: '' }] = await paypal.captures(reference);
    await paypal.control('POST', `paypal/captures/${id}/complete`, { outcome: 'denied', reason: 'ECHECK' });
    expect(await said(await webhook('PAYMENT.CAPTURE.PENDING', reference))).toEqual([]);
    expect(await said(await webhook('PAYMENT.CAPTURE.DENIED', reference))).toMatchObject([
      { reference, kind: 'capture_failed', objectId: id, reason: 'ECHECK' },
    ]);
  });

  it('delivered twice → one event, and the payment is captured for any order of events', async () => {
    await paypal.control('POST', 'faults', { operation: 'webhooks', kind: 'duplicate', times: 2 });
    const reference = await authorized(paypal);
    await paypal.provider.capture(callFor(reference));
    const all = (await Promise.all((await about(reference, 4)).map(said))).flat();
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(2);
    for (const notifications of [all, [...all].reverse(), all.filter(({ kind }) => kind !== 'captured')]) {
      expect(await paypal.providerWith(notifications).find(reference)).toMatchObject({
        payment: { state: 'captured', capturedMinor: 24_500 },
      });
    }
  });

  it('of a capture that PayPal cannot be asked about → unavailable, so that PayPal sends it again', async () => {
    const reference = await authorized(paypal);
    await paypal.provider.capture(callFor(reference));
    await paypal.provider.refund(callFor(reference));
    const [{ id } = { id: '' }] = await paypal.captures(reference);
    const request = await webhook('PAYMENT.CAPTURE.REFUNDED', id);
    const fault = { operation: 'paypal.captures.get', kind: 'error_before', times: 1 };
    await paypal.control('POST', 'faults', { ...fault, paymentIntent: reference });
    expect(await reader.read(request)).toMatchObject({ kind: 'unavailable', isSigned: true });
    expect(await said(request)).toMatchObject([{ reference, kind: 'refunded' }]);
  });
});

describe('a request that is not from PayPal', () => {
  let genuine: WebhookRequest;
  beforeAll(async () => {
    const reference = await authorized(paypal);
    genuine = await webhook('PAYMENT.AUTHORIZATION.CREATED', reference);
    expect(await reader.read(genuine)).toMatchObject({ kind: 'verified' });
  });
  const withHeader = (name: string, value: string | undefined): WebhookRequest => ({
    ...genuine,
    headers: { ...genuine.headers, [name]: value },
  });

  it('is refused when a byte of its body differs', async () => {
    const text = genuine.body.toString();
    for (const body of [text.replace('245.00', '945.00'), `${text} `, '']) {
      expect(await reader.read({ ...genuine, body: Buffer.from(body) })).toMatchObject({ kind: 'refused' });
    }
  });

  it.each([
    ['paypal-transmission-id', 'another'],
    ['paypal-transmission-time', new Date().toISOString()],
    ['paypal-transmission-sig', 'bm8='],
    ['paypal-transmission-sig', '%%%'],
    ['paypal-auth-algo', 'SHA1withRSA'],
    ['paypal-transmission-time', 'yesterday'],
  ])('is refused when its %s is %j', async (name, value) => {
    expect(await reader.read(withHeader(name, value))).toMatchObject({ kind: 'refused' });
  });

  it('is recognised by its headers alone if PayPal never sends such headers', () => {
    const refusalOf = (name: string, value: string | undefined): string | undefined =>
      reader.refusalOf(withHeader(name, value).headers);
    expect(reader.refusalOf(genuine.headers)).toBeUndefined();
    for (const [name, value] of [
      ['paypal-transmission-sig', undefined],
      ['paypal-transmission-sig', 'A'.repeat(1_025)],
      ['paypal-auth-algo', 'SHA1withRSA'],
      ['paypal-transmission-time', 'yesterday'],
    ] as const) {
      expect(refusalOf(name, value)).toContain('not from PayPal');
    }
  });

  it.each(['algo', 'id', 'time', 'sig', 'url'])('is refused without its header …-%s', async (end) => {
    const name = Object.keys(genuine.headers).find((each) => each.startsWith('paypal') && each.endsWith(end));
    expect(await reader.read(withHeader(name ?? '', undefined))).toMatchObject({ kind: 'refused' });
  });

  it('is refused when it is for another webhook', async () => {
    const another = createPayPalWebhookReader({ ...config, webhookId: '1AB23456CD789012E' });
    expect(await another.read(genuine)).toMatchObject({ kind: 'refused' });
  });

  it('is refused when it is older than PayPal’s last retry, or from the future', async () => {
    for (const [aheadMs, kind] of [
      [3 * day, 'verified'],
      [4 * day + 60_000, 'refused'],
      [-6 * 60_000, 'refused'],
    ] as const) {
      const later = createPayPalWebhookReader(config, { nowMs: () => Date.now() + aheadMs });
      expect(await later.read(genuine)).toMatchObject({ kind });
    }
  });

  it('is refused when its certificate is not at PayPal’s address, or not from PayPal’s authority', async () => {
    const { webhookCertificates: instead, ...plain } = config;
    expect(await createPayPalWebhookReader(plain).read(genuine)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('not at PayPal') as string,
    });
    const authority = certificates.root;
    const origin = instead?.origin ?? '';
    const stranger = createPayPalWebhookReader({ ...config, webhookCertificates: { origin, authority } });
    expect(await stranger.read(genuine)).toMatchObject({ kind: 'refused' });
  });

  it('is unavailable, neither verified nor refused, while the certificate cannot be fetched', async () => {
    const fault = { operation: 'paypal.certificates.get', kind: 'error_before', times: 1 };
    await paypal.control('POST', 'faults', fault);
    let aheadMs = 0;
    const fresh = createPayPalWebhookReader(config, { nowMs: () => Date.now() + aheadMs });
    expect(await fresh.read(genuine)).toMatchObject({ kind: 'unavailable', isSigned: false });
    aheadMs = 10_000;
    expect(await fresh.read(genuine)).toMatchObject({ kind: 'verified' });
  });
});

describe('a reader without a webhook id', () => {
  it('is refused as invalid configuration', () => {
    expect(() => createPayPalWebhookReader({ ...config, webhookId: '' })).toThrow(TypeError);
  });
});
