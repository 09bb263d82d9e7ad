import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { adyenEventCodes } from './adyen/adyen-notification.js';
import { readers } from './paypal/read-event.js';
import { stripeEventTypes } from './stripe/stripe-event-types.js';

describe('the README', () => {
  it.each([
    ['Stripe', stripeEventTypes],
    ['Adyen', adyenEventCodes],
    ['PayPal', Object.keys(readers)],
  ])('names the events that a webhook is entered for: %s', async (provider, events) => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    const entry = new RegExp(`^- ${provider}: [^]*?(?=\\n- |\\n\\n)`, 'm').exec(readme)?.[0] ?? '';
    const named = [...entry.matchAll(/`([^`]+)`/g)].map(([, event]) => event);
    expect(named.sort()).toEqual([...events].sort());
  });
});
