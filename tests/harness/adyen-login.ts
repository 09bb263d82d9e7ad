import type { StackClient } from './test-stack.js';

/** The header with the user name and password of Adyen's webhooks. */
export function adyenLogin({ environment }: Pick<StackClient, 'environment'>): {
  readonly authorization: string;
} {
  const { ADYEN_WEBHOOK_USER: user = '', ADYEN_WEBHOOK_PASSWORD: password = '' } = environment('gateway');
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
