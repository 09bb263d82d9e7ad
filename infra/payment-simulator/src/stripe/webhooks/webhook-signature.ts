import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header of a payload: the time of signing and an HMAC-SHA256 of time and payload.
 *
 * @see https://docs.stripe.com/webhooks#verify-manually
 */
export function signWebhook(payload: string, secret: string, atSeconds: number): string {
  const signature = createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex');
  return `t=${atSeconds},v1=${signature}`;
}
