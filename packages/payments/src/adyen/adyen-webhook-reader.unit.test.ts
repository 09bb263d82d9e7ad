import adyen from '@adyen/api-library';
import { describe, expect, it } from 'vitest';

import type { WebhookOutcome } from '../payment-notification.js';
import { createAdyenWebhookReader, type AdyenWebhookConfig } from './adyen-webhook-reader.js';
import { notificationItem } from './adyen-notification.js';
import { signedText } from './notification-signature.js';

/** The example of https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures. */
const documented = {
  hmacKey: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
  merchantAccount: 'TestMerchant',
  text: '7914073381342284::TestMerchant:TestPayment-1407325143704:1130:EUR:AUTHORISATION:true',
  signature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=',
  item: {
    pspReference: '7914073381342284',
    merchantAccountCode: 'TestMerchant',
    merchantReference: 'TestPayment-1407325143704',
    amount: { value: 1130, currency: 'EUR' },
    eventCode: 'AUTHORISATION',
    eventDate: '2026-11-21T13:42:40+01:00',
    paymentMethod: 'visa',
    reason: '1234:7777:12/2012',
    success: 'true',
  },
} as const;
const otherKey = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';

type Item = Readonly<Record<string, unknown>>;

/** Signs an item with the SDK's own means. */
function signed(change: Item = {}, key: string = documented.hmacKey): Item {
  const item = { ...documented.item, ...change };
  // The SDK joins what is undefined as nothing; its types want all members.
  const hmacSignature = new adyen.hmacValidator().calculateHmac(item as never, key);
  return { ...item, additionalData: { ...((item as Item)['additionalData'] as object), hmacSignature } };
}

const body = (...items: readonly unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      live: 'false',
      notificationItems: items.map((item) => ({ NotificationRequestItem: item })),
    }),
  );

function read(
  payload: Buffer,
  config: Partial<AdyenWebhookConfig> = {},
  headers: Record<string, string> = {},
): Promise<WebhookOutcome> {
  const { hmacKey, merchantAccount } = documented;
  return createAdyenWebhookReader({ hmacKey, merchantAccount, ...config }).read({ headers, body: payload });
}

describe("a webhook's signature", () => {
  it("is that of Adyen's documentation, over the text that it names", async () => {
    expect(signedText(notificationItem.parse(documented.item))).toBe(documented.text);
    const additionalData = { hmacSignature: documented.signature };
    expect(await read(body({ ...documented.item, additionalData }))).toMatchObject({ kind: 'verified' });
  });

  it("is that of Adyen's SDK, for items of payments and of modifications", async () => {
    const modification = {
      eventCode: 'CAPTURE',
      originalReference: 'ORIGINAL00000001',
      pspReference: 'CAPTURE000000001',
    };
    for (const change of [
      {},
      modification,
      { merchantReference: 'order-1:capture:1' },
      { success: 'false' },
    ]) {
      expect(await read(body(signed(change)))).toMatchObject({ kind: 'verified' });
    }
  });

  it.each([
    ['pspReference', 'X914073381342284'],
    ['originalReference', 'ORIGINAL00000001'],
    ['merchantReference', 'another'],
    ['amount', { value: 1131, currency: 'EUR' }],
    ['amount', { value: 1130, currency: 'USD' }],
    ['eventCode', 'CAPTURE'],
    ['success', 'false'],
  ])('does not hold when %s is changed', async (member, value) => {
    expect(await read(body({ ...signed(), [member]: value }))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('not signed') as string,
    });
  });

  it('must be there, and a signature', async () => {
    for (const additionalData of [
      {},
      { hmacSignature: '' },
      { hmacSignature: 'AAAA' },
      { hmacSignature: 7 },
    ]) {
      expect(await read(body({ ...documented.item, additionalData }))).toMatchObject({ kind: 'refused' });
    }
    expect(await read(body(documented.item))).toMatchObject({ kind: 'refused' });
    expect(await read(body(signed({}, otherKey)))).toMatchObject({ kind: 'refused' });
  });

  it('may be made with any of several keys, while a new one is being introduced', async () => {
    const hmacKey = [otherKey, documented.hmacKey];
    for (const key of hmacKey) {
      expect(await read(body(signed({}, key)), { hmacKey })).toMatchObject({ kind: 'verified' });
    }
  });

  it('needs keys that are keys, and does not show one that is none', () => {
    for (const hmacKey of ['', 'not-hex-secret', 'ABC', [], [documented.hmacKey, 'not-hex-secret']]) {
      const make = (): unknown => createAdyenWebhookReader({ hmacKey, merchantAccount: 'M' });
      expect(make).toThrow(TypeError);
      expect(make).not.toThrow(/not-hex-secret/);
    }
  });
});

describe('a webhook', () => {
  it('is refused as a whole when one of its items is not signed', async () => {
    expect(await read(body(signed(), documented.item))).toMatchObject({ kind: 'refused' });
    expect(await read(body(signed(), signed({ eventCode: 'REPORT_AVAILABLE' })))).toMatchObject({
      kind: 'verified',
      notifications: [{ kind: 'authorized' }],
    });
  });

  it('is refused when it is of another merchant account, although it is signed', async () => {
    expect(await read(body(signed({ merchantAccountCode: 'OtherMerchant' })))).toEqual({
      kind: 'refused',
      message: 'the webhook has an item of another merchant account',
    });
  });

  it.each([
    ['no JSON', Buffer.from('what')],
    ['nothing', Buffer.alloc(0)],
    ['no items', body()],
    ['an item of another form', body({ card: '4111111111111111' })],
    ['a reference that would make the signed text ambiguous', body(signed({ pspReference: 'A:B' }))],
    ['a time that is none', body(signed({ eventDate: 'yesterday' }))],
    ['a success that is neither', body(signed({ success: 'TRUE' }))],
  ])('is refused, and not repeated in the message, when it holds %s', async (_, payload) => {
    const outcome = await read(payload);
    expect(outcome).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/cannot be read/) as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('4111');
  });

  it('needs the user name and password, where they were agreed on', async () => {
    const basicAuth = { username: 'adyen', password: 'secret' };
    const authorization = `Basic ${Buffer.from('adyen:secret').toString('base64')}`;
    const wrong = `Basic ${Buffer.from('adyen:Secret').toString('base64')}`;
    expect(await read(body(signed()), { basicAuth }, { authorization })).toMatchObject({ kind: 'verified' });
    expect(await read(body(signed()), { basicAuth })).toMatchObject({ kind: 'refused' });
    expect(await read(body(signed()), { basicAuth }, { authorization: wrong })).toMatchObject({
      kind: 'refused',
    });
  });
});

const capture = { originalReference: 'ORIGINAL00000001', merchantReference: 'order-1:op:1' };

describe('what a webhook says', () => {
  it.each([
    ['AUTHORISATION', 'true', 'authorized'],
    ['AUTHORISATION', 'false', 'authorization_failed'],
    ['CAPTURE', 'true', 'captured'],
    ['CAPTURE', 'false', 'capture_failed'],
    ['CAPTURE_FAILED', 'true', 'capture_failed'],
    ['CANCELLATION', 'true', 'voided'],
    ['CANCELLATION', 'false', 'void_failed'],
    ['TECHNICAL_CANCEL', 'true', 'voided'],
    ['REFUND', 'true', 'refunded'],
    ['REFUND', 'false', 'refund_failed'],
    ['REFUND_FAILED', 'true', 'refund_failed'],
    ['REFUNDED_REVERSED', 'true', 'refund_failed'],
    ['EXPIRE', 'true', 'authorization_expired'],
    ['CHARGEBACK', 'true', 'disputed'],
    ['NOTIFICATION_OF_CHARGEBACK', 'true', 'disputed'],
    ['SECOND_CHARGEBACK', 'true', 'disputed'],
  ])('is, for %s %s, %s', async (eventCode, success, kind) => {
    const change = eventCode === 'AUTHORISATION' ? {} : capture;
    expect(await read(body(signed({ ...change, eventCode, success })))).toMatchObject({
      kind: 'verified',
      notifications: [{ kind, eventId: `7914073381342284:${eventCode}:${success}` }],
    });
  });

  it.each(['REPORT_AVAILABLE', 'PENDING', 'RECURRING_CONTRACT', 'A_NEW_ONE'])(
    'is nothing, for %s',
    async (eventCode) => {
      expect(await read(body(signed({ eventCode })))).toEqual({ kind: 'verified', notifications: [] });
    },
  );

  it('is a cancellation or a refund, for a reversal', async () => {
    const reversal = (action: string): Promise<WebhookOutcome> =>
      read(
        body(
          signed({
            ...capture,
            eventCode: 'CANCEL_OR_REFUND',
            additionalData: { 'modification.action': action },
          }),
        ),
      );
    expect(await reversal('cancel')).toMatchObject({ notifications: [{ kind: 'voided' }] });
    expect(await reversal('refund')).toMatchObject({ notifications: [{ kind: 'refunded' }] });
    expect(await reversal('unknown')).toMatchObject({ notifications: [] });
  });

  it('names the payment, the modification, our operation, the money and the time', async () => {
    expect(await read(body(signed()))).toEqual({
      kind: 'verified',
      notifications: [
        {
          provider: 'adyen',
          eventId: '7914073381342284:AUTHORISATION:true',
          kind: 'authorized',
          reference: '7914073381342284',
          owner: { kind: 'unnamed' },
          amountMinor: 1_130,
          currency: 'EUR',
          reason: '1234:7777:12/2012',
          occurredAt: '2026-11-21T12:42:40.000Z',
        },
      ],
    });
    const failed = { ...capture, eventCode: 'CAPTURE_FAILED', reason: 'Capture expired' };
    expect(await read(body(signed(failed)))).toMatchObject({
      notifications: [
        {
          reference: 'ORIGINAL00000001',
          objectId: '7914073381342284',
          operationKey: 'order-1:op:1',
          reason: 'Capture expired',
        },
      ],
    });
  });

  it('names the owner by the signed reference of the payment, and by no metadata, reference of a modification, or bent reference', async () => {
    const [tenantId, orgId] = [
      '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      '16fd2706-8baf-433b-82eb-8c7fada847da',
    ];
    const merchantReference = `oms.${tenantId}.${orgId}.7`;
    const ownerOf = async (item: Item) => {
      const outcome = await read(body(item));
      return outcome.kind === 'verified' ? outcome.notifications.map(({ owner }) => owner) : outcome.kind;
    };
    const owner = { kind: 'named', tenantId, orgId };
    expect(await ownerOf(signed({ merchantReference }))).toEqual([owner]);
    expect(await ownerOf(signed({ merchantReference, eventCode: 'EXPIRE' }))).toEqual([owner]);
    const metadata = { 'metadata.tenant_id': tenantId, 'metadata.org_id': orgId };
    expect(await ownerOf(signed({ additionalData: metadata }))).toEqual([{ kind: 'unnamed' }]);
    expect(await ownerOf(signed({ ...capture, merchantReference, eventCode: 'CAPTURE' }))).toEqual([
      undefined,
    ]);
    expect(await ownerOf({ ...signed(), merchantReference })).toBe('refused');
  });

  it('has amounts in the minor units of ISO 4217, and none where there is no such amount', async () => {
    const inPesos = (value: number) => read(body(signed({ amount: { value, currency: 'CLP' } })));
    expect(await inPesos(500_000)).toMatchObject({
      notifications: [{ amountMinor: 5_000, currency: 'CLP' }],
    });
    const odd = await inPesos(500_050);
    expect(odd).toMatchObject({ kind: 'verified', notifications: [{ currency: 'CLP' }] });
    expect(JSON.stringify(odd)).not.toContain('amountMinor');
  });

  it('is another fact when a capture that had failed was made again, and the same fact however often it comes', async () => {
    const ids = new Set<string>();
    for (const reason of ['', '', 'Transaction Recaptured', 'Transaction Auto-recaptured']) {
      const outcome = await read(body(signed({ ...capture, eventCode: 'CAPTURE', reason })));
      if (outcome.kind === 'verified') for (const { eventId } of outcome.notifications) ids.add(eventId);
    }
    expect([...ids]).toEqual(['7914073381342284:CAPTURE:true', '7914073381342284:CAPTURE:true:recaptured']);
  });
});
