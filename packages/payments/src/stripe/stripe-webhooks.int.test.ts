import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startPaymentSimulator, type PaymentSimulator } from '../testing/payment-simulator.js';
import { keepNotifications, startWebhookEndpoint } from '../testing/received-notifications.js';
import { createStripeProvider } from './stripe-provider.js';
import { createStripeWebhookReader } from './stripe-webhook-reader.js';

const secret = 'whsec_of_the_endpoint';

describe("Stripe's webhooks", () => {
  let simulator: PaymentSimulator;
  let kept = keepNotifications();

  beforeAll(async () => {
    simulator = await startPaymentSimulator();
  });
  beforeEach(() => {
    kept = keepNotifications();
  });
  afterAll(() => simulator.stop());

  async function listen(readerSecret: string | readonly string[] = secret) {
    const endpoint = await startWebhookEndpoint(
      createStripeWebhookReader({ secret: readerSecret }),
      kept.keep,
    );
    await simulator.control('PUT', 'webhooks', { url: endpoint.url, secret });
    return endpoint;
  }

  async function pay(checkout: object = {}): Promise<string> {
    const { ids } = (await simulator.control('POST', 'payment-intents', { amount: 24_500, ...checkout })) as {
      ids: [string];
    };
    return ids[0];
  }

  const provider = () =>
    createStripeProvider({ apiKey: 'sk_test_1', baseUrl: simulator.baseUrl, timeoutMs: 5_000 });
  const kinds = () => kept.all.map(({ kind }) => kind).sort();
  const said = (kind: string) => kept.all.find((one) => one.kind === kind);

  it('report an authorisation, a capture and a refund, with their amounts', async () => {
    const endpoint = await listen();
    const [tenantId, orgId] = [randomUUID(), randomUUID()];
    const reference = await pay({ metadata: { tenant_id: tenantId, org_id: orgId } });
    const owner = { kind: 'named', tenantId, orgId };
    const call = { reference, amountMinor: 20_000, currency: 'USD' };
    await provider().capture({ ...call, idempotencyKey: `${reference}:capture` });
    await provider().refund({ ...call, amountMinor: 5_000, idempotencyKey: `${reference}:refund` });
    await expect.poll(kinds).toEqual(['authorized', 'captured', 'refunded']);
    const ofPayment = { provider: 'stripe', reference, currency: 'USD' };
    expect(said('authorized')).toMatchObject({ ...ofPayment, owner, amountMinor: 24_500 });
    expect(said('captured')).toMatchObject({ ...ofPayment, owner, amountMinor: 20_000 });
    expect(said('refunded')).toMatchObject(ofPayment);
    await endpoint.close();
  });

  it('report a released authorisation, not as a refund', async () => {
    const endpoint = await listen();
    const reference = await pay();
    await provider().void({ reference, idempotencyKey: `${reference}:void` });
    await expect.poll(kinds).toEqual(['authorized', 'voided']);
    await endpoint.close();
  });

  it('report a failed refund, with the operation that made it', async () => {
    const endpoint = await listen();
    const reference = await pay();
    const call = { reference, amountMinor: 24_500, currency: 'USD' };
    await provider().capture({ ...call, idempotencyKey: `${reference}:capture` });
    await simulator.control('POST', 'faults', {
      operation: 'refunds.create',
      kind: 'decline',
      times: 1,
      paymentIntent: reference,
    });
    await provider().refund({ ...call, idempotencyKey: `${reference}:refund` });
    await expect.poll(kinds).toContain('refund_failed');
    expect(kept.all.find(({ kind }) => kind === 'refund_failed')).toMatchObject({
      operationKey: `${reference}:refund`,
      amountMinor: 24_500,
    });
    await endpoint.close();
  });

  it('are accepted with any configured secret, and with no other', async () => {
    const both = await listen(['whsec_the_next', secret]);
    const reference = await pay();
    await provider().void({ reference, idempotencyKey: `${reference}:void` });
    await expect.poll(kinds).toEqual(['authorized', 'voided']);
    await both.close();
    const other = await listen('whsec_the_next');
    await pay();
    await expect.poll(() => other.refusals[0]).toMatch(/not signed with a secret of ours/);
    expect(kinds()).toEqual(['authorized', 'voided']);
    await other.close();
  });

  it('are refused when they were signed too long ago, or not at all', async () => {
    const reader = createStripeWebhookReader({ secret });
    const body = Buffer.from('{"id": "evt_1", "object": "event"}');
    expect(await reader.read({ headers: {}, body })).toMatchObject({ kind: 'refused' });
    expect(await reader.read({ headers: { 'stripe-signature': 't=1,v1=00' }, body })).toMatchObject({
      kind: 'refused',
    });
  });

  it('need a secret', () => {
    expect(() => createStripeWebhookReader({ secret: [] })).toThrow(TypeError);
    expect(() => createStripeWebhookReader({ secret: 'with space' })).toThrow(TypeError);
  });
});
