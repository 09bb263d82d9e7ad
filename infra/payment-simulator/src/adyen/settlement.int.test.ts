import adyenSdk from '@adyen/api-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { hmacKey, startTestAdyen, type TestAdyen } from '../testing/test-adyen.js';
import { adyenDefaults } from './adyen-simulation.js';
import type { NotificationItem } from './adyen-records.js';

let adyen: TestAdyen;
beforeEach(async () => {
  adyen = await startTestAdyen();
});
afterEach(async () => {
  await adyen.close();
});

const complete = (modification: unknown, body: object): Promise<unknown> =>
  adyen.control('POST', `/adyen/modifications/${String(modification)}/complete`, body);

describe('a received modification', () => {
  it('changes the payment and sends a notification when it is settled', async () => {
    const payment = await adyen.payment();
    const { body } = await adyen.capture(payment);
    expect(await adyen.settle(payment)).toEqual([body['pspReference']]);
    expect(await adyen.movements(payment)).toEqual(['authorize 24500', 'capture 24500']);
    await expect.poll(adyen.events).toEqual(['AUTHORISATION true', 'CAPTURE true']);
    expect(await adyen.settle(payment)).toEqual([]);
  });

  it('in automatic mode is settled after the delay', async () => {
    await adyen.control('PUT', '/adyen/settlement', { mode: 'auto', delayMs: 20 });
    const payment = await adyen.payment();
    await adyen.capture(payment);
    await expect.poll(() => adyen.movements(payment)).toEqual(['authorize 24500', 'capture 24500']);
  });

  it('is settled in the order of the requests: of a capture and a cancellation only the first succeeds', async () => {
    const payment = await adyen.payment();
    await adyen.modify(payment, 'cancels');
    await adyen.capture(payment);
    await adyen.settle();
    expect(await adyen.movements(payment)).toEqual(['authorize 24500', 'void 24500']);
    await expect
      .poll(() => [...adyen.events()].sort())
      .toEqual(['AUTHORISATION true', 'CANCELLATION true', 'CAPTURE false Transaction is not authorised']);
  });

  it('fails if it is a cancellation of a captured payment', async () => {
    const payment = await adyen.payment();
    await adyen.capture(payment, 20_000);
    await adyen.modify(payment, 'cancels');
    await adyen.settle();
    expect(await adyen.movements(payment)).toEqual(['authorize 24500', 'capture 20000']);
    await expect.poll(adyen.events).toContain('CANCELLATION false Transaction has already been captured');
  });

  it('captures at most the held amount, once, and releases the rest', async () => {
    const payment = await adyen.payment();
    for (const value of [24_501, 20_000, 4_500]) await adyen.capture(payment, value);
    await adyen.settle();
    expect(await adyen.movements(payment)).toEqual(['authorize 24500', 'capture 20000']);
    expect((await adyen.find(payment)).modifications.map(({ state }) => state)).toEqual([
      'failed',
      'succeeded',
      'failed',
    ]);
  });

  it('refunds at most the captured amount', async () => {
    const payment = await adyen.payment();
    await adyen.refund(payment, 1);
    await adyen.capture(payment, 20_000);
    for (const value of [5_000, 15_000, 1]) await adyen.refund(payment, value);
    await adyen.settle();
    expect(await adyen.movements(payment)).toEqual([
      'authorize 24500',
      'capture 20000',
      'refund 5000',
      'refund 15000',
    ]);
  });

  it('fails in another currency and for a refused payment', async () => {
    const inEuro = await adyen.payment({ currency: 'EUR' });
    const refused = await adyen.payment({ status: 'refused', refusalReason: 'FRAUD' });
    for (const payment of [inEuro, refused]) await adyen.capture(payment);
    await adyen.settle();
    expect(await adyen.movements(inEuro)).toEqual(['authorize 24500']);
    expect(await adyen.movements(refused)).toEqual([]);
    await expect.poll(adyen.events).toContain('AUTHORISATION false FRAUD');
  });
});

describe('a successful modification', () => {
  it('can fail days later, and the capture can be repeated', async () => {
    const payment = await adyen.payment();
    const { body: capture } = await adyen.capture(payment);
    await adyen.settle();
    const { body: refund } = await adyen.refund(payment, 5_000);
    await adyen.settle();
    await complete(refund['pspReference'], { outcome: 'failed', reason: 'Account closed' });
    await complete(capture['pspReference'], { outcome: 'failed', reason: 'Capture expired' });
    await complete(capture['pspReference'], { outcome: 'recaptured' });
    expect(await adyen.movements(payment)).toEqual([
      'authorize 24500',
      'capture 24500',
      'refund 5000',
      'refund_failed 5000',
      'capture_failed 24500',
      'capture 24500',
    ]);
    await expect
      .poll(() => [...adyen.events()].sort())
      .toEqual(
        [
          'AUTHORISATION true',
          'CAPTURE true',
          'REFUND true',
          'REFUND_FAILED true Account closed',
          'CAPTURE_FAILED true Capture expired',
          'CAPTURE true Transaction Recaptured',
        ].sort(),
      );
    const { totals } = await adyen.control<{ totals: object }>('GET', `/ledger?payment_intent=${payment}`);
    expect(totals).toEqual({ USD: { authorized: 24_500, captured: 24_500, voided: 0, refunded: 0 } });
    await expect(complete(refund['pspReference'], { outcome: 'failed' })).rejects.toThrow('409');
  });
});

describe('a payment', () => {
  it('expires after 28 days if it is uncaptured, and can be charged back if it is captured', async () => {
    const [held, captured] = [await adyen.payment(), await adyen.payment()];
    await adyen.capture(captured);
    await adyen.settle();
    await adyen.control('POST', '/clock/advance', { days: 28 });
    expect((await adyen.movements(held)).at(-1)).toBe('void 24500');
    await adyen.control('POST', `/adyen/payments/${captured}/chargeback`);
    await expect
      .poll(adyen.events)
      .toEqual(expect.arrayContaining(['EXPIRE true', 'CHARGEBACK true Other Fraud']));
  });
});

describe('a notification', () => {
  it("has a signature that Adyen's SDK accepts, and names the payment, the modification and the merchant reference", async () => {
    const payment = await adyen.payment({ merchantReference: 'checkout-1' });
    const { body } = await adyen.modify(payment, 'captures', {
      amount: { value: 24_500, currency: 'USD' },
      reference: 'order-1:capture:1',
    });
    await adyen.settle();
    await expect.poll(() => adyen.received.length).toBe(2);
    const [authorisation, capture] = adyen.received;
    expect(authorisation).toMatchObject({
      eventCode: 'AUTHORISATION',
      pspReference: payment,
      merchantReference: 'checkout-1',
      amount: { value: 24_500, currency: 'USD' },
      operations: ['CANCEL', 'CAPTURE', 'REFUND'],
    });
    expect(authorisation).not.toHaveProperty('originalReference');
    expect(capture).toMatchObject({
      eventCode: 'CAPTURE',
      pspReference: body['pspReference'],
      originalReference: payment,
      merchantReference: 'order-1:capture:1',
      eventDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+01:00$/) as string,
    });
    const isValid = (item: NotificationItem | undefined): boolean =>
      // The SDK's types have enums where Adyen has texts.
      new adyenSdk.hmacValidator().validateHMAC(item as never, hmacKey);
    expect([isValid(authorisation), isValid(capture)]).toEqual([true, true]);
    expect(isValid(capture && { ...capture, success: 'false' })).toBe(false);
  });

  it('is sent again until the endpoint accepts it', async () => {
    adyen.answers.push(500, 404);
    await adyen.payment();
    await expect.poll(adyen.events).toEqual(Array.from({ length: 3 }, () => 'AUTHORISATION true'));
    await expect.poll(() => adyen.control('GET', '/adyen/webhooks')).toMatchObject({ pending: 0 });
  });

  it('is duplicated, reordered, delayed or dropped by the faults of these names', async () => {
    for (const fault of [
      { operation: 'webhooks.AUTHORISATION', kind: 'duplicate', times: 1 },
      { operation: 'webhooks.CAPTURE', kind: 'reorder', times: 1 },
      { operation: 'webhooks.CHARGEBACK', kind: 'drop', times: 1 },
    ]) {
      await adyen.fault(fault);
    }
    const payment = await adyen.payment();
    await adyen.capture(payment);
    await adyen.settle();
    await adyen.control('POST', `/adyen/payments/${payment}/chargeback`);
    await adyen.refund(payment, 1);
    await adyen.settle();
    await expect
      .poll(adyen.events)
      .toEqual(['AUTHORISATION true', 'AUTHORISATION true', 'REFUND true', 'CAPTURE true']);
  });

  it('rejects a signing key that is not hexadecimal', async () => {
    const endpoint = { url: 'http://127.0.0.1:1/', secret: 'not-hex' };
    await expect(adyen.control('PUT', '/adyen/webhooks', endpoint)).rejects.toThrow('hexadecimal');
  });
});

describe('a restart', () => {
  it('keeps payments, idempotency keys, held money, pending settlements and undelivered notifications', async () => {
    const stateFile = `${adyen.stateFile}.kept`;
    const unreachable = { url: 'http://127.0.0.1:1/', secret: hmacKey };
    const before = await startTestAdyen({
      stateFile,
      adyen: { ...adyenDefaults, settlement: { mode: 'hold' }, webhookEndpoint: unreachable },
      webhookTiming: { retryMs: 3_600_000, timeoutMs: 1_000 },
    });
    const payment = await before.payment();
    const first = await before.capture(payment, 24_500, { key: 'kept' });
    const due = await before.payment();
    await before.control('PUT', '/adyen/settlement', { mode: 'auto', delayMs: 3_600_000 });
    await before.capture(due);
    await before.close();

    const after = await startTestAdyen({ stateFile });
    try {
      expect((await after.capture(payment, 24_500, { key: 'kept' })).body).toEqual(first.body);
      await after.control('POST', '/clock/advance', { hours: 1 });
      expect(await after.movements(due)).toEqual(['authorize 24500', 'capture 24500']);
      expect(await after.movements(payment)).toEqual(['authorize 24500']);
      await after.settle(payment);
      await expect
        .poll(() => [...after.events()].sort())
        .toEqual(['AUTHORISATION true', 'AUTHORISATION true', 'CAPTURE true', 'CAPTURE true']);
    } finally {
      await after.close();
    }
  });
});
