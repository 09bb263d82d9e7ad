/**
 * Makes a function that takes the API key out of text that goes into outcomes, and from there into logs, histories
 * and the merchant's eyes.
 */
export function createRedactor(apiKey: string): (text: string) => string {
  return (text) =>
    text
      .replaceAll(apiKey, '[redacted]')
      // API keys of Adyen, also another one than ours.
      .replace(/\bAQE[A-Za-z0-9+/=_.-]{16,}/g, '[redacted]');
}
