import { describe, expect, it } from 'vitest';

import { body, documented, signed } from '../testing/signed-by-adyen.js';
import { createAdyenWebhookReader } from './adyen-webhook-reader.js';

describe('a webhook with a user name and passwords that were agreed on', () => {
  const basicAuth = { username: 'adyen', passwords: ['secret', 'newer'] };
  const headers = (userAndPassword: string): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(userAndPassword).toString('base64')}`,
  });
  const { hmacKey, merchantAccount } = documented;
  const reader = createAdyenWebhookReader({ hmacKey, merchantAccount, basicAuth });

  it('is read with any of them, while a new one is being introduced', async () => {
    for (const right of [headers('adyen:secret'), headers('adyen:newer')]) {
      expect(reader.refusalOf(right)).toBeUndefined();
      expect(await reader.read({ headers: right, body: body(signed()) })).toMatchObject({ kind: 'verified' });
    }
  });

  it.each([
    ['none', {}],
    ['another password', headers('adyen:Secret')],
    ['another user name', headers('Adyen:secret')],
    ['both passwords', headers('adyen:secret,newer')],
    ['the password alone', { authorization: 'secret' }],
  ])('is refused by its headers alone with %s', async (_what, wrong: Record<string, string>) => {
    const message = 'the webhook has not the user name and password that were agreed on';
    expect(reader.refusalOf(wrong)).toBe(message);
    expect(await reader.read({ headers: wrong, body: body(signed()) })).toEqual({ kind: 'refused', message });
  });

  it('cannot be meant with a user name or a password that cannot be sent', () => {
    for (const wrong of [
      { username: 'a:b', passwords: ['secret'] },
      { username: 'a', passwords: [] },
      { username: 'a', passwords: ['secret', ''] },
    ]) {
      expect(() => createAdyenWebhookReader({ hmacKey, merchantAccount, basicAuth: wrong })).toThrow(
        TypeError,
      );
    }
  });
});
