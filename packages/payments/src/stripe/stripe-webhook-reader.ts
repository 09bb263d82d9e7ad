import { PaymentProviderName } from '@oms/domain';
import Stripe from 'stripe';

import type { WebhookOutcome, WebhookReader, WebhookRequest } from '../payment-notification.js';
import { readNotification } from './stripe-event.js';

export interface StripeWebhookConfig {
  /** The endpoint's signing secret (`whsec_…`). Several while a new one is being introduced: Stripe signs with both. */
  readonly secret: string | readonly string[];
}

/** How far the time of a signature may lie back: who has caught a webhook cannot send it again for ever. */
const toleranceSeconds = 300;

/** A signature has some 80 characters, and Stripe sends as many as there are secrets. */
const longestSignatureHeader = 1_024;

/**
 * Reads Stripe's webhooks. Stripe signs each delivery anew, so that one that is sent again after days is not too old. Its
 * signature is over all of the body's bytes and over the time: every member of an event is signed.
 *
 * @throws TypeError when there is no secret
 */
export function createStripeWebhookReader({ secret }: StripeWebhookConfig): WebhookReader {
  const secrets = typeof secret === 'string' ? [secret] : [...secret];
  if (secrets.length === 0 || secrets.some((one) => !/^[\x21-\x7e]+$/.test(one))) {
    throw new TypeError('the secret of a Stripe webhook must not be empty and must have no spaces');
  }
  // Nothing is asked of Stripe: the key of an account is not needed to check a signature.
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
      // Signed, and nothing that the SDK takes for an event.
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
