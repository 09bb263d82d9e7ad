import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { eventually } from '@oms/stack';
import { confirmedOrder, orderBody, orderBodyTotalMinor, sendAdyenWebhook } from '@oms/testing';
import { useStarted, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/** Text that JSON can carry and PostgreSQL cannot keep, and what is kept of it. */
const said = 'fraud\u0000ulent, cut \ud83d';
const kept = 'fraud\ufffdulent, cut \ufffd';

describe('unstorable characters of providers and ERPs', () => {
  const stack = useSharedStack();
  /** An ERP that refuses every order, in those characters. */
  const erp = useStarted({
    async start() {
      let words = '';
      const server = createServer((_request, response) => {
        response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify({ error: words }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return {
        url: `http://127.0.0.1:${port}/orders`,
        say: (next: string): void => void (words = next),
        close: () => new Promise((resolve) => server.close(resolve)),
      };
    },
    stop: (server) => server.close(),
  });

  const post = (provider: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${stack.gatewayUrl}/webhooks/${provider}`, { method: 'POST', body, headers });

  /** The notification, once it is kept, and the event that the order has of it. */
  async function keptOf(orderId: string, provider: string, reference: string) {
    const found = await eventually('the notification being kept', async () => {
      const row = await stack.database.prisma.paymentNotification.findFirst({
        where: { provider, reference, kind: { startsWith: 'dispute_' } },
      });
      return row ?? undefined;
    });
    const event = await eventually('the order being flagged', async () => {
      const { body } = await stack.api.getEvents(orderId);
      return body.events.find(({ type }) => type === 'payment.dispute_opened');
    });
    return { found, event };
  }

  function sendFromStripe(object: object) {
    const seconds = Math.floor(Date.now() / 1_000);
    const event = JSON.stringify({
      ...{ id: `evt_${randomUUID()}`, object: 'event', type: 'charge.dispute.created', created: seconds },
      data: { object: { id: 'dp_\u0000', amount: 100, currency: 'usd', reason: said, ...object } },
    });
    const secret = stack.environment('gateway')['STRIPE_WEBHOOK_SECRET'] ?? '';
    const signature = createHmac('sha256', secret).update(`${seconds}.${event}`).digest('hex');
    return post('stripe', event, { 'stripe-signature': `t=${seconds},v1=${signature}` });
  }

  it('are replaced in a signed event of Stripe, which flags the order', async () => {
    const { id, reference } = await confirmedOrder(stack);
    expect((await sendFromStripe({ payment_intent: reference })).status).toBe(200);
    const { found, event: told } = await keptOf(id, 'stripe', reference);
    expect(found).toMatchObject({ reason: kept, objectId: 'dp_\ufffd' });
    expect(told).toMatchObject({ reason: kept });
  });

  it('are accepted from Stripe as the whole of a long reference', async () => {
    const reference = '\u0001'.repeat(255);
    expect((await sendFromStripe({ payment_intent: reference })).status).toBe(200);
    const found = await eventually('the notification being kept', async () => {
      const row = await stack.database.prisma.paymentNotification.findFirst({ where: { reference } });
      return row ?? undefined;
    });
    expect(found).toMatchObject({ reason: kept });
  });

  it('are replaced in a signed item of Adyen, which flags the order', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const order = orderBody({ payment_provider: 'adyen', payment_reference: reference });
    const id = (await stack.api.placeOrder(order)).body.order_id;
    await stack.orderReaching(id, ['confirmed']);
    const answer = await sendAdyenWebhook(stack, {
      ...{ eventCode: 'CHARGEBACK', amountMinor: 100, merchantReference: 'disputed' },
      ...{ originalReference: reference, pspReference: 'DISPUTE000000001', reason: said },
    });
    expect([answer.status, await answer.text()]).toEqual([200, '[accepted]']);
    const { found, event } = await keptOf(id, 'adyen', reference);
    expect(found).toMatchObject({ reason: kept });
    expect(event).toMatchObject({ reason: kept });
  });

  it.each([
    ['halves of characters and NUL', said, kept],
    // A character of two code units where the text is cut.
    ['more than is shown', `${'x'.repeat(299)}\ud83e\uddf6 and more`, `${'x'.repeat(299)}\ud83e\uddf6…`],
  ])('are replaced, and never made, in the refusal of an ERP: %s', async (_what, words, shown) => {
    const orgId = randomUUID();
    const api = stack.apiAs({ orgId });
    const signing_secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    expect(
      (await api.request('PUT', '/api/v1/oms/erp', { kind: 'push', url: erp.url, signing_secret })).status,
    ).toBe(200);
    erp.say(words);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { order_id: id } = (await api.placeOrder(orderBody({ payment_reference: reference }))).body;
    const refused = await eventually('the refusal being kept', async () => {
      const { erp: link } = (await api.getOrder(id)).body as { erp?: { status: string } };
      return link?.status === 'refused' ? link : undefined;
    });
    expect(refused).toMatchObject({ last_error: `The ERP answered HTTP 422: ${shown}` });
  });
});
