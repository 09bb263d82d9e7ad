import type { ServerResponse } from 'node:http';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { PaymentProvider } from '../payment-provider.js';
import { createPaymentProviders } from '../payment-providers.js';
import { keepNotifications } from '../testing/received-notifications.js';
import { said, spokenOf } from '../testing/said-by-adyen.js';
import { answerJson, startScriptedServer, type ReceivedRequest } from '../testing/scripted-server.js';
import type { AdyenConfig } from './adyen-client.js';
import { createAdyenProvider } from './adyen-provider.js';

const apiKey = 'AQEyhmfxK7vJeSecretKey-0123456789';
const capture = { reference: spokenOf, idempotencyKey: 'order-1:op:1', amountMinor: 24_500, currency: 'USD' };
const taken = {
  merchantAccount: 'MerchantECOM',
  paymentPspReference: spokenOf,
  pspReference: 'CAPTURE000000001',
  status: 'received',
  amount: { value: 24_500, currency: 'USD' },
};

const config: AdyenConfig = {
  apiKey,
  merchantAccount: 'MerchantECOM',
  environment: 'TEST',
  timeoutMs: 10_000,
};

function connect(change: Partial<AdyenConfig>): PaymentProvider {
  const notifications = keepNotifications(said('authorized'));
  return createAdyenProvider({ ...config, ...change }, { notifications });
}

/** An Adyen whose every answer the test writes; it ends with the test. */
async function scripted(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
  change: Partial<AdyenConfig> = {},
): Promise<{ provider: PaymentProvider; requests: readonly ReceivedRequest[] }> {
  const { baseUrl, requests, close } = await startScriptedServer(answer);
  onTestFinished(close);
  return { provider: connect({ apiBaseUrl: baseUrl, ...change }), requests };
}

describe('a request to Adyen', () => {
  it("is the SDK's, with our key, reference and amount", async () => {
    const { provider, requests } = await scripted((_request, response) => {
      answerJson(response, 201, taken);
    });
    expect(await provider.capture(capture)).toMatchObject({ kind: 'pending' });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: `/v72/payments/${spokenOf}/captures`,
      headers: { 'x-api-key': apiKey, 'idempotency-key': 'order-1:op:1', 'content-type': 'application/json' },
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      merchantAccount: 'MerchantECOM',
      reference: 'order-1:op:1',
      amount: { value: 24_500, currency: 'USD' },
    });
  });

  it('goes below the path of the base URL, where that has one', async () => {
    const { baseUrl, requests, close } = await startScriptedServer((_request, response) => {
      answerJson(response, 201, taken);
    });
    onTestFinished(close);
    await connect({ apiBaseUrl: `${baseUrl}/adyen/` }).void(capture);
    expect(requests[0]?.path).toBe(`/adyen/v72/payments/${spokenOf}/cancels`);
  });

  it.each([
    ['500', 500, '{}'],
    ['503 transient', 503, '{"errorCode":"905"}'],
    ['308 to itself', 308, ''],
    ['429', 429, ''],
    ['422', 422, '{"status":422,"errorCode":"702","message":"no"}'],
    ['a success that is no JSON', 201, 'ok'],
    ['a list of errors', 400, '{"errors":[]}'],
  ])('is made once, whatever is answered: %s', async (_, status, body) => {
    const { provider, requests } = await scripted((request, response) => {
      const location = `http://${request.headers.host ?? ''}${request.path}`;
      response.writeHead(status, { location, 'retry-after': '0' }).end(body);
    });
    const outcome = await provider.capture(capture);
    expect(['transient', 'unknown']).toContain(outcome.kind);
    expect(requests).toHaveLength(1);
  });

  it('is made once when the connection is lost, and its outcome is unknown', async () => {
    const { provider, requests } = await scripted((_request, response) => {
      response.socket?.destroy();
    });
    expect(await provider.capture(capture)).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  it('is given up at its deadline, also when the answer trickles, and its outcome is unknown', async () => {
    const { provider } = await scripted(
      (_request, response) => {
        response.writeHead(201);
        const trickle = setInterval(() => response.write(' '), 20);
        response.once('close', () => {
          clearInterval(trickle);
        });
      },
      { timeoutMs: 200 },
    );
    expect(await provider.capture(capture)).toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('200 ms') as string,
    });
  });

  it('is transient where there is nobody to send it to', async () => {
    const { baseUrl, close } = await startScriptedServer(() => undefined);
    await close();
    expect(await connect({ apiBaseUrl: baseUrl }).capture(capture)).toMatchObject({ kind: 'transient' });
  });
});

describe('an answer of Adyen', () => {
  it.each([
    ['of another payment', { ...taken, paymentPspReference: 'PSPPAYMENT000002' }],
    ['without a reference', { ...taken, pspReference: undefined }],
    ['with another status', { ...taken, status: 'settled' }],
    ['for another amount', { ...taken, amount: { value: 1, currency: 'USD' } }],
    ['for another currency', { ...taken, amount: { value: 24_500, currency: 'EUR' } }],
    ['without an amount', { ...taken, amount: undefined }],
  ])('is unknown when it is one %s', async (_, body) => {
    const { provider } = await scripted((_request, response) => {
      answerJson(response, 201, body);
    });
    expect(await provider.capture(capture)).toMatchObject({ kind: 'unknown' });
  });

  it('that is not JSON → the SDK prints nothing to the console', async () => {
    const warn = vi.spyOn(console, 'warn');
    onTestFinished(() => {
      warn.mockRestore();
    });
    const { provider } = await scripted((_request, response) => {
      response.writeHead(201).end('card 4111111111111111');
    });
    expect(await provider.capture(capture)).toMatchObject({ kind: 'unknown' });
    expect(warn).not.toHaveBeenCalled();
  });

  it('that it knows no such payment is no decision against one that it has announced', async () => {
    const { provider } = await scripted((_request, response) => {
      answerJson(response, 422, { status: 422, errorCode: '167', message: 'Original pspReference required' });
    });
    expect(await provider.capture(capture)).toMatchObject({ kind: 'transient' });
    expect(await provider.void({ ...capture, reference: 'PSPPAYMENT000002' })).toMatchObject({
      kind: 'declined',
      reason: 'payment_reference_not_found',
    });
  });

  it('that an amount is invalid is a decision; any other refusal waits for the operator', async () => {
    const refusing = async (errorCode: string): Promise<PaymentProvider> => {
      const { provider } = await scripted((_request, response) => {
        answerJson(response, 422, { status: 422, errorCode, message: 'no', errorType: 'validation' });
      });
      return provider;
    };
    expect(await (await refusing('137')).capture(capture)).toMatchObject({
      kind: 'declined',
      reason: 'payment_not_capturable',
      declineCode: '137',
    });
    expect(await (await refusing('702')).capture(capture)).toMatchObject({ kind: 'transient' });
  });

  it('never brings the API key into an outcome', async () => {
    const { provider } = await scripted((_request, response) => {
      answerJson(response, 401, { errorCode: '000', message: `Unauthorized: ${apiKey}` });
    });
    const outcome = await provider.capture(capture);
    expect(outcome).toMatchObject({
      kind: 'transient',
      message: expect.stringMatching(/credentials/) as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('Secret');
  });
});

describe('a configuration that cannot be meant', () => {
  it.each([
    ['an empty key', { apiKey: '' }],
    ['a key with a space', { apiKey: 'AQE Secret' }],
    ['no merchant account', { merchantAccount: '' }],
    ['live without a prefix', { environment: 'LIVE' }],
    ['live with a URL for a prefix', { environment: 'LIVE', liveEndpointUrlPrefix: 'https://evil.example/' }],
    [
      'live with another base URL',
      { environment: 'LIVE', liveEndpointUrlPrefix: 'a-b', apiBaseUrl: 'http://x/' },
    ],
    ['a base URL of another kind', { apiBaseUrl: 'ftp://x/' }],
  ] as const)('is refused: %s', (_, change) => {
    expect(() => connect(change)).toThrow(TypeError);
    expect(() => connect(change)).not.toThrow(/Secret/);
  });

  it('is one without the notifications that Adyen cannot be used without', () => {
    expect(() => createPaymentProviders({ adyen: config })).toThrow(TypeError);
    const providers = createPaymentProviders({ adyen: config }, { notifications: keepNotifications() });
    expect(providers.adyen?.name).toBe('adyen');
    expect(createPaymentProviders({})).toEqual({});
  });
});
