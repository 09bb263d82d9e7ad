import { createHmac } from 'node:crypto';

import { adyenLogin } from './adyen-login.js';
import type { StackClient } from './test-stack.js';

/** An item of a webhook of Adyen's, without what the account and the clock add. */
export interface AdyenItem {
  readonly pspReference: string;
  readonly originalReference: string;
  readonly merchantReference: string;
  readonly eventCode: string;
  readonly amountMinor: number;
  /** Adyen does not sign it. */
  readonly reason?: string;
}

/** Sends a webhook to the gateway, as the stack's account at Adyen signs it. */
export function sendAdyenWebhook(
  stack: Pick<StackClient, 'environment' | 'gatewayUrl'>,
  { amountMinor: value, ...item }: AdyenItem,
): Promise<Response> {
  const { ADYEN_MERCHANT_ACCOUNT: merchantAccountCode, ADYEN_HMAC_KEYS: keys = '' } =
    stack.environment('gateway');
  const [key = ''] = keys.split(',');
  const { pspReference, originalReference, merchantReference, eventCode } = item;
  const [currency, success] = ['USD', 'true'];
  const signed = [pspReference, originalReference, merchantAccountCode, merchantReference, value, currency];
  const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex'))
    .update([...signed, eventCode, success].join(':'))
    .digest('base64');
  const sent = {
    ...{ ...item, merchantAccountCode, success, eventDate: new Date().toISOString() },
    ...{ amount: { value, currency }, additionalData: { hmacSignature } },
  };
  return fetch(`${stack.gatewayUrl}/webhooks/adyen`, {
    method: 'POST',
    headers: adyenLogin(stack),
    body: JSON.stringify({ notificationItems: [{ NotificationRequestItem: sent }] }),
  });
}
