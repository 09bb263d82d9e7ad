import { createRedactor, type Redact } from '@oms/outbound';

/** Secrets that are known by their form alone. One list for all providers: the answer of one may quote another. */
const secretForms: readonly RegExp[] = [
  // Stripe's keys: secret, restricted, publishable, webhook; also the shortened ones in its messages.
  /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_*]+/g,
  // Stripe's client secret of a payment intent lets its holder read and confirm the payment.
  /_secret_[A-Za-z0-9]+/g,
  // Adyen's API keys.
  /\bAQE[A-Za-z0-9+/=_.-]{16,}/g,
  // PayPal's access tokens.
  /\bA2[13]A{2}[A-Za-z0-9_-]+/g,
];

/** Takes an adapter's own secrets, and anything that looks like one, out of texts that go into outcomes. */
export function redactorOf(...secrets: readonly string[]): Redact {
  return createRedactor(secrets, secretForms);
}
