import type { StackClient } from './test-stack.js';

/** The user name and password that Adyen's webhooks come with, as a header. */
export function adyenLogin({ environment }: Pick<StackClient, 'environment'>): {
  readonly authorization: string;
} {
  const { ADYEN_WEBHOOK_USER: user = '', ADYEN_WEBHOOK_PASSWORD: password = '' } = environment('gateway');
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
