import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { adyenMoney } from '../adyen/adyen-amounts.js';
import { payPalMoney } from '../paypal/paypal-amounts.js';
import { stripeMoney } from '../stripe/stripe-amounts.js';

const providers = { stripe: stripeMoney, adyen: adyenMoney, paypal: payPalMoney };

describe('the step of the amounts that a provider moves', () => {
  it.each([
    ['stripe', 'USD', 1],
    ['stripe', 'BHD', 10],
    ['stripe', 'MGA', 100],
    // Stripe counts crowns in hundredths that are always 00.
    ['stripe', 'ISK', 1],
    ['adyen', 'BHD', 1],
    ['adyen', 'ISK', 1],
    ['adyen', 'IDR', 100],
    ['paypal', 'TWD', 100],
    ['paypal', 'JPY', 1],
  ] as const)('at %s in %s is %d minor units', (provider, currency, stepMinor) => {
    expect(providers[provider].stepMinor(currency)).toBe(stepMinor);
  });

  it('divides exactly the amounts that the provider takes', () => {
    const money = fc.constantFrom(...Object.values(providers));
    const currency = fc.constantFrom(
      'USD',
      'JPY',
      'BHD',
      'MGA',
      'ISK',
      'UGX',
      'CLP',
      'IDR',
      'CVE',
      'TWD',
      'HUF',
    );
    fc.assert(
      fc.property(money, currency, fc.integer({ min: 1, max: 99_999_999 }), (provider, code, amountMinor) => {
        if (provider === payPalMoney && !['USD', 'JPY', 'TWD', 'HUF'].includes(code)) return;
        const isTaken = provider.toProvider(amountMinor, code) !== undefined;
        expect(amountMinor % provider.stepMinor(code) === 0).toBe(isTaken);
      }),
    );
  });
});
