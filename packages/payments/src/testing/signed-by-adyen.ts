import adyen from '@adyen/api-library';

/** The example of https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures. */
export const documented = {
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
export const otherKey = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';

type Item = Readonly<Record<string, unknown>>;

/** Signs an item with the SDK's own means. */
export function signed(change: Item = {}, key: string = documented.hmacKey): Item {
  const item = { ...documented.item, ...change };
  // The SDK joins what is undefined as nothing; its types want all members.
  const hmacSignature = new adyen.hmacValidator().calculateHmac(item as never, key);
  return { ...item, additionalData: { ...((item as Item)['additionalData'] as object), hmacSignature } };
}

/** The body of a webhook with these items. */
export const body = (...items: readonly unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      live: 'false',
      notificationItems: items.map((item) => ({ NotificationRequestItem: item })),
    }),
  );
