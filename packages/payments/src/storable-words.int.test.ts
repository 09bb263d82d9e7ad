import { createHmac } from 'node:crypto';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createPaymentProviders } from './payment-providers.js';
import { answerJson, startScriptedServer } from './testing/scripted-server.js';
import { createWebhookReaders } from './webhook-readers.js';

const secret = 'whsec_of_the_endpoint';

/** The notifications that are read from an event that Stripe signed. */
async function read(changes: {
  readonly id?: string;
  readonly created?: number;
  readonly reference?: string;
}) {
  const { id = 'evt_1', created = 1, reference = 'pi_1' } = changes;
  const intent = { id: reference, amount: 5, amount_capturable: 0, amount_received: 5, currency: 'usd' };
  const body = JSON.stringify({ id, created, type: 'payment_intent.succeeded', data: { object: intent } });
  const seconds = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const outcome = await createWebhookReaders({ stripe: { secret } }).stripe?.read({
    headers: { 'stripe-signature': `t=${seconds},v1=${signature}` },
    body: Buffer.from(body),
  });
  if (outcome?.kind !== 'verified') throw new Error(`it is ${JSON.stringify(outcome)}`);
  return outcome.notifications;
}

describe('unstorable characters of providers', () => {
  it('are replaced in outcomes', async () => {
    const server = await startScriptedServer((_request, response) => {
      answerJson(response, 402, {
        error: { type: 'card_error', code: 'card_declined', message: 'no\u0000 \ud83d' },
      });
    });
    onTestFinished(() => server.close());
    const { stripe } = createPaymentProviders({
      stripe: { apiKey: 'sk_test_1', baseUrl: server.baseUrl, timeoutMs: 10_000 },
    });
    expect(
      await stripe?.authorize({
        ...{ reference: 'pi_1', idempotencyKey: 'k', amountMinor: 5, currency: 'USD' },
        mayPay: () => true,
      }),
    ).toEqual(expect.objectContaining({ message: expect.stringContaining('no\ufffd \ufffd') as string }));
  });

  it('are replaced in each text of a notification', async () => {
    expect(await read({ id: 'evt_\u0000', reference: 'pi_\ud83d' })).toMatchObject([
      { eventId: 'evt_\ufffd', reference: 'pi_\ufffd', amountMinor: 5 },
    ]);
  });

  it.each([
    [{ reference: 'x'.repeat(255) }, 1],
    [{ reference: 'x'.repeat(256) }, 0],
    [{ id: 'x'.repeat(600) }, 1],
    [{ id: 'x'.repeat(601) }, 0],
    [{ created: 253_402_300_799 }, 1],
    [{ created: 253_402_300_800 }, 0],
  ])('ignores a notification that no order or no index could have: %#', async (changes, count) => {
    expect(await read(changes)).toHaveLength(count);
  });
});
