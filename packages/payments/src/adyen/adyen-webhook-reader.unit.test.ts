import { describe, expect, it } from 'vitest';

import type { WebhookOutcome } from '../payment-notification.js';
import { body, documented, otherKey, signed } from '../testing/signed-by-adyen.js';
import { createAdyenWebhookReader, type AdyenWebhookConfig } from './adyen-webhook-reader.js';
import { signedText } from './notification-signature.js';

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
    expect(signedText(documented.item)).toBe(documented.text);
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

  it('rejects a malformed HMAC key without showing it', () => {
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
    ['items that are no list', Buffer.from('{"notificationItems": {"length": 1}}')],
    ['more items than Adyen sends', body(...Array.from({ length: 101 }, () => signed()))],
    ['an item of another form', body({ card: '4111111111111111' })],
    [
      'an item of another form that is signed',
      body(signed({ additionalData: { card: '4111111111111111' }, success: 'yes' })),
    ],
    ['a reference that would make the signed text ambiguous', body(signed({ pspReference: 'A:B' }))],
    ['a time that is none', body(signed({ eventDate: 'yesterday' }))],
    ['a success that is neither', body(signed({ success: 'TRUE' }))],
  ])('is refused, and not repeated in the message, when it holds %s', async (_, payload) => {
    const outcome = await read(payload);
    expect(outcome).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/none of Adyen's|not signed/) as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('4111');
  });

  it('may have as many items as Adyen may send', async () => {
    const items = Array.from({ length: 100 }, (_, at) => signed({ pspReference: `PSP${at}` }));
    expect(await read(body(...items))).toMatchObject({
      notifications: { length: 100 },
    });
  });

  it('is looked at no further than its first item at fault, whose form is looked at after its signature', async () => {
    expect(await read(body(signed(), { ...signed(), success: 'no' }, { card: 1 }))).toEqual({
      kind: 'refused',
      message: 'the webhook has an item that is not signed with a key of ours',
    });
    expect(await read(body(signed(), signed({ success: 'no' }), documented.item))).toEqual({
      kind: 'refused',
      message: "the webhook is none of Adyen's: success of item 1 cannot be read",
    });
  });
});

const capture = { originalReference: 'ORIGINAL00000001', merchantReference: 'order-1:op:1' };

describe('a webhook’s event → the kind of notification', () => {
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
    ['REQUEST_FOR_INFORMATION', 'true', 'dispute_opened'],
    ['NOTIFICATION_OF_CHARGEBACK', 'true', 'dispute_opened'],
    ['CHARGEBACK', 'true', 'dispute_withdrawn'],
    ['CHARGEBACK_REVERSED', 'true', 'dispute_reinstated'],
    ['ISSUER_RESPONSE_TIMEFRAME_EXPIRED', 'true', 'dispute_won'],
  ])('is, for %s %s, %s', async (eventCode, success, kind) => {
    const change = eventCode === 'AUTHORISATION' ? {} : capture;
    expect(await read(body(signed({ ...change, eventCode, success })))).toMatchObject({
      kind: 'verified',
      notifications: [{ kind, eventId: `7914073381342284:${eventCode}:${success}` }],
    });
  });

  it('a second chargeback → two notifications: the money is gone, and the dispute is lost', async () => {
    const eventCode = 'SECOND_CHARGEBACK';
    const eventId = `7914073381342284:${eventCode}:true`;
    expect(await read(body(signed({ ...capture, eventCode, success: 'true' })))).toMatchObject({
      notifications: [
        { kind: 'dispute_withdrawn', eventId },
        { kind: 'dispute_lost', eventId: `${eventId}:dispute_lost` },
      ],
    });
  });

  it.each(['REPORT_AVAILABLE', 'PENDING', 'RECURRING_CONTRACT', 'A_NEW_ONE'])(
    'is nothing, for %s',
    async (eventCode) => {
      expect(await read(body(signed({ eventCode })))).toEqual({ kind: 'verified', notifications: [] });
    },
  );

  it('is a reversal despite its unsigned members, and nothing when it failed', async () => {
    const reversal = (action: string, success = 'true'): Promise<WebhookOutcome> =>
      read(
        body(
          signed({
            ...{ ...capture, eventCode: 'CANCEL_OR_REFUND', success },
            additionalData: { 'modification.action': action },
          }),
        ),
      );
    for (const action of ['cancel', 'refund', 'unknown']) {
      expect(await reversal(action)).toMatchObject({ notifications: [{ kind: 'reversed' }] });
    }
    expect(await reversal('refund', 'false')).toMatchObject({ notifications: [] });
  });

  it('with other unsigned members → differs in words only', async () => {
    const decisive = (outcome: WebhookOutcome): unknown =>
      outcome.kind === 'verified' &&
      outcome.notifications.map(({ reason: _, occurredAt: __, eventId: ___, ...rest }) => rest);
    const genuine = signed({ ...capture, eventCode: 'CAPTURE' });
    const plain = decisive(await read(body(genuine)));
    for (const change of [
      { reason: 'Transaction Recaptured' },
      { eventDate: '2030-01-01T00:00:00+00:00' },
      { additionalData: { ...(genuine['additionalData'] as object), 'modification.action': 'refund' } },
      { paymentMethod: 'mc', operations: ['REFUND'], live: 'true' },
    ]) {
      expect(decisive(await read(body({ ...genuine, ...change })))).toEqual(plain);
    }
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
    const ownerOf = async (item: ReturnType<typeof signed>) => {
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
