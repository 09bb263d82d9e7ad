/**
 * Makes a function that takes secrets out of text that goes into outcomes, and from there into logs, histories and
 * the merchant's eyes.
 */
export function createRedactor(secrets: {
  readonly clientId: string;
  readonly clientSecret: string;
}): (text: string) => string {
  const { clientId, clientSecret } = secrets;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  return (text) =>
    [clientSecret, clientId, basic]
      .reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text)
      // Access tokens.
      .replace(/\bA2[13]A{2}[A-Za-z0-9_-]+/g, '[redacted]');
}
