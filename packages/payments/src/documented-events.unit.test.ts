import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { adyenEventCodes } from './adyen/adyen-notification.js';
import { readers } from './paypal/read-event.js';
import { stripeEventTypes } from './stripe/stripe-event-types.js';

describe('the guide to payment providers', () => {
  it.each([
    ['Stripe', stripeEventTypes],
    ['Adyen', adyenEventCodes],
    ['PayPal', Object.keys(readers)],
  ])('names the events that a webhook is entered for: %s', async (provider, events) => {
    const guide = await readFile(
      new URL('../../../docs/guides/payment-providers.md', import.meta.url),
      'utf8',
    );
    const entry = new RegExp(`^- ${provider}: [^]*?(?=\\n- |\\n\\n)`, 'm').exec(guide)?.[0] ?? '';
    const named = [...entry.matchAll(/`([^`]+)`/g)].map(([, event]) => event);
    expect(named.sort()).toEqual([...events].sort());
  });
});
