import { PaymentProviderName } from '@oms/domain';
import Stripe from 'stripe';

import type { WebhookOutcome, WebhookReader, WebhookRequest } from '../payment-notification.js';
import { readNotification } from './stripe-event.js';

export interface StripeWebhookConfig {
  /** The endpoint's signing secret (`whsec_…`). Several during a rotation, while Stripe signs with each of them. */
  readonly secret: string | readonly string[];
}

/** The greatest age of a signature, so that a captured webhook cannot be replayed later. */
const toleranceSeconds = 300;

/** Far above real headers: a signature has some 80 characters, and Stripe sends one for each secret. */
const longestSignatureHeader = 1_024;

/**
 * Makes a reader of Stripe's webhooks. Stripe signs each delivery anew, so a delivery that is retried after days is
 * not too old. The signature covers the time and all bytes of the body, so every field of an event is signed.
 *
 * @throws TypeError without a secret
 */
export function createStripeWebhookReader({ secret }: StripeWebhookConfig): WebhookReader {
  const secrets = typeof secret === 'string' ? [secret] : [...secret];
  if (secrets.length === 0 || secrets.some((one) => !/^[\x21-\x7e]+$/.test(one))) {
    throw new TypeError('the secret of a Stripe webhook must not be empty and must have no spaces');
  }
  // Makes no requests: verifying a signature needs no API key.
  const { webhooks } = new Stripe('sk_not_used', { telemetry: false });
  return {
    name: PaymentProviderName.Stripe,
    refusalOf,
    read: (request) => Promise.resolve(readWebhook(request, secrets, webhooks)),
  };
}

function refusalOf(headers: WebhookRequest['headers']): string | undefined {
  const signature = headers['stripe-signature'];
  if (signature === undefined) return 'the webhook has no Stripe-Signature';
  return signature.length > longestSignatureHeader
    ? "the webhook's Stripe-Signature is longer than those of Stripe"
    : undefined;
}

function readWebhook(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
  webhooks: Stripe['webhooks'],
): WebhookOutcome {
  const refusal = refusalOf(headers);
  if (refusal !== undefined) return refused(refusal);
  const signature = headers['stripe-signature'] ?? '';
  for (const secret of secrets) {
    let event: unknown;
    try {
      event = webhooks.constructEvent(body, signature, secret, toleranceSeconds);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) continue;
      // Signed, but not an event of the SDK.
      return refused('the webhook is none of the events that Stripe sends');
    }
    const notification = readNotification(event);
    return { kind: 'verified', notifications: notification ? [notification] : [] };
  }
  return refused('the webhook is not signed with a secret of ours, or was signed too long ago');
}

function refused(message: string): WebhookOutcome {
  return { kind: 'refused', message };
}
