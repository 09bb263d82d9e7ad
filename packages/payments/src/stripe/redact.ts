const secretPatterns: readonly RegExp[] = [
  // API keys: secret, restricted, publishable, webhook; also the shortened ones that Stripe puts in its messages.
  /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_*]+/g,
  // A payment intent's client secret lets its holder read and confirm the payment.
  /_secret_[A-Za-z0-9]+/g,
];

/**
 * Makes a function that takes secrets out of text that goes into outcomes, and from there into logs, histories and
 * the merchant's eyes.
 */
export function createRedactor(apiKey: string): (text: string) => string {
  return (text) =>
    secretPatterns.reduce(
      (safe, pattern) => safe.replace(pattern, '[redacted]'),
      text.replaceAll(apiKey, '[redacted]'),
    );
}
