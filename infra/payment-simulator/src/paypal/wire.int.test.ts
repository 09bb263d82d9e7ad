import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKey } from '../testing/test-simulator.js';
import { answerOf, startTestPayPal, type TestPayPal } from '../testing/test-paypal.js';

let paypal: TestPayPal;
beforeAll(async () => {
  paypal = await startTestPayPal();
});
afterAll(async () => {
  await paypal.close();
});

const captured = async (
  value = '245.00',
  checkout: object = {},
): Promise<{ reference: string; id: string }> => {
  const reference = await paypal.checkout(checkout);
  const { body } = await paypal.capture(reference, value, newKey(), { finalCapture: true });
  return { reference, id: String(body['id']) };
};

describe('an authorisation', () => {
  it('can be read with the SDK, with the order of its checkout', async () => {
    const id = await paypal.checkout({ amount: 1_999, currency: 'eur' });
    const { result } = await paypal.payments.getAuthorizedPayment({ authorizationId: id });
    expect(result).toMatchObject({ id, status: 'CREATED', amount: { currencyCode: 'EUR', value: '19.99' } });
    const orderId = result.supplementaryData?.relatedIds?.orderId ?? '';
    const { result: order } = await paypal.orders.getOrder({ id: orderId });
    expect(order.purchaseUnits?.[0]?.payments?.authorizations).toMatchObject([{ id }]);
  });

  it('is captured once by a final capture, and otherwise in parts up to 115 %', async () => {
    const { reference } = await captured('100.00');
    expect(await paypal.capture(reference, '1.00')).toMatchObject({
      status: 422,
      issue: 'AUTHORIZATION_ALREADY_CAPTURED',
    });
    const inParts = await paypal.checkout();
    expect(await paypal.capture(inParts, '200.00')).toMatchObject({ status: 201 });
    expect(await paypal.capture(inParts, '81.76')).toMatchObject({ issue: 'MAX_CAPTURE_AMOUNT_EXCEEDED' });
    expect(await paypal.capture(inParts, '81.75')).toMatchObject({ status: 201 });
    expect(await paypal.movements(inParts)).toEqual(['authorize 24500', 'capture 20000', 'capture 8175']);
  });

  it.each([
    [
      'another currency',
      { amount: { currencyCode: 'EUR', value: '1.00' } },
      'AUTH_CAPTURE_CURRENCY_MISMATCH',
    ],
    ['no money', { amount: { currencyCode: 'USD', value: '0.00' } }, 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    ['a tenth of a cent', { amount: { currencyCode: 'USD', value: '1.001' } }, 'DECIMAL_PRECISION'],
    ['decimals of a yen', { amount: { currencyCode: 'JPY', value: '1.00' } }, 'DECIMALS_NOT_SUPPORTED'],
    ['an invalid currency', { amount: { currencyCode: 'XXX', value: '1.00' } }, 'INVALID_CURRENCY_CODE'],
    ['no number', { amount: { currencyCode: 'USD', value: 'one' } }, 'INVALID_PARAMETER_SYNTAX'],
  ])('is not captured for %s', async (_, more, issue) => {
    const reference = await paypal.checkout();
    expect(await paypal.capture(reference, '1.00', undefined, more)).toMatchObject({ issue });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500']);
  });

  it.each([
    ['DENIED', 'AUTHORIZATION_DENIED'],
    ['PENDING', 'AUTHORIZATION_PENDING'],
  ])('with status %s is not captured', async (status, issue) => {
    expect(await paypal.capture(await paypal.checkout({ status }))).toMatchObject({ issue });
  });

  it('is not captured twice for one invoice id', async () => {
    const [one, other] = [await paypal.checkout(), await paypal.checkout()];
    const more = { invoiceId: newKey() };
    expect(await paypal.capture(one, '1.00', undefined, more)).toMatchObject({ status: 201 });
    expect(await paypal.capture(other, '1.00', undefined, more)).toMatchObject({
      issue: 'DUPLICATE_INVOICE_ID',
    });
  });

  it('is voided once, and not after its capture', async () => {
    const reference = await paypal.checkout();
    expect(await paypal.void(reference)).toMatchObject({ status: 200, body: { status: 'VOIDED' } });
    expect(await paypal.void(reference)).toMatchObject({ issue: 'PREVIOUSLY_VOIDED' });
    expect(await paypal.capture(reference)).toMatchObject({ issue: 'AUTHORIZATION_VOIDED' });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500', 'void 24500']);
    const { reference: taken } = await captured();
    expect(await paypal.void(taken)).toMatchObject({ issue: 'PREVIOUSLY_CAPTURED' });
  });
});

describe('a capture', () => {
  it('names its authorisation and its order, and is part of the order', async () => {
    const { reference, id } = await captured('200.00');
    const { result } = await paypal.payments.getCapturedPayment({ captureId: id });
    expect(result).toMatchObject({
      status: 'COMPLETED',
      finalCapture: true,
      supplementaryData: { relatedIds: { authorizationId: reference } },
    });
    const orderId = result.supplementaryData?.relatedIds?.orderId ?? '';
    const { result: order } = await paypal.orders.getOrder({ id: orderId });
    expect(order.purchaseUnits?.[0]?.payments?.captures).toMatchObject([
      { id, amount: { value: '200.00' }, status: 'COMPLETED' },
    ]);
  });

  it('is refunded up to the captured amount', async () => {
    const { reference, id } = await captured('200.00');
    expect(await paypal.refund(id, '50.00')).toMatchObject({ status: 201, body: { status: 'COMPLETED' } });
    expect(await paypal.refund(id, '150.01')).toMatchObject({ issue: 'REFUND_AMOUNT_EXCEEDED' });
    expect(await paypal.refund(id)).toMatchObject({ body: { amount: { value: '150.00' } } });
    expect(await paypal.refund(id, '0.01')).toMatchObject({ issue: 'CAPTURE_FULLY_REFUNDED' });
    const { result } = await paypal.payments.getCapturedPayment({ captureId: id });
    expect(result.status).toBe('REFUNDED');
    expect(await paypal.movements(reference)).toEqual([
      'authorize 24500',
      'capture 20000',
      'refund 5000',
      'refund 15000',
    ]);
  });

  it.each([
    ['completed', 'COMPLETED', ['authorize 24500', 'capture 24500']],
    ['denied', 'DECLINED', ['authorize 24500']],
  ])('that is pending moves no money until it is %s', async (outcome, status, movements) => {
    const { reference, id } = await captured('245.00', { capturesPend: true });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500']);
    expect(await paypal.refund(id)).toMatchObject({ issue: 'PENDING_CAPTURE' });
    await paypal.control('POST', `/paypal/captures/${id}/complete`, { outcome });
    const { result } = await paypal.payments.getCapturedPayment({ captureId: id });
    expect(result.status).toBe(status);
    expect(await paypal.movements(reference)).toEqual(movements);
  });
});

describe("the simulator's clock", () => {
  it('after three days, the honor period is over → a capture is refused if the funds have left', async () => {
    const reference = await paypal.checkout({ fundsLeave: true });
    await paypal.control('POST', '/clock/advance', { days: 3 });
    expect(await paypal.capture(reference)).toMatchObject({ issue: 'PAYER_CANNOT_PAY' });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500']);
  });

  it('after 29 days → the authorisation is voided and releases its money', async () => {
    const reference = await paypal.checkout();
    await paypal.control('POST', '/clock/advance', { days: 29 });
    expect(await paypal.movements(reference)).toEqual(['authorize 24500', 'void 24500']);
    expect(await paypal.capture(reference)).toMatchObject({ issue: 'AUTHORIZATION_EXPIRED' });
  });
});

describe('a client', () => {
  const ask = (authorization?: string): Promise<Response> =>
    fetch(`${paypal.url}/paypal/v2/payments/captures/X`, {
      headers: authorization === undefined ? {} : { authorization },
    });

  it('needs a token', async () => {
    for (const header of [undefined, 'Bearer A21AAforged', 'Basic Y2xpZW50OnNlY3JldA==']) {
      const response = await ask(header);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: 'invalid_token' });
    }
  });

  it('gets a token for the configured credentials only', async () => {
    const credentials = { clientId: 'id-1', clientSecret: 'secret-1' };
    const strict = await startTestPayPal({ paypal: { credentials } });
    const token = (text: string): Promise<Response> =>
      fetch(`${strict.url}/paypal/v1/oauth2/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
    expect((await token('id-1:secret-1')).status).toBe(200);
    for (const wrong of ['id-1:secret-2', 'id-2:secret-1', 'id-1:', '']) {
      expect((await token(wrong)).status).toBe(401);
    }
    await strict.close();
  });

  it('gets an error object with an id for an unknown object', async () => {
    expect(await answerOf(paypal.payments.getAuthorizedPayment({ authorizationId: 'NONE' }))).toMatchObject({
      status: 404,
      issue: 'INVALID_RESOURCE_ID',
      body: { name: 'RESOURCE_NOT_FOUND', debug_id: expect.stringMatching(/^[0-9a-f]{13}$/) as string },
    });
  });

  it('without a `Prefer` header gets only id, status and links', async () => {
    const authorizationId = await paypal.checkout();
    const little = await answerOf(paypal.payments.captureAuthorizedPayment({ authorizationId }));
    expect(Object.keys(little.body).sort()).toEqual(['id', 'links', 'status']);
    const { statusCode } = await paypal.payments
      .voidPayment({ authorizationId: await paypal.checkout() })
      .catch(
        // The SDK cannot read the empty answer that PayPal documents.
        () => ({ statusCode: 204 }),
      );
    expect(statusCode).toBe(204);
  });
});
