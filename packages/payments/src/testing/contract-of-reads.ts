import { CancellationReason } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import {
  adapterFor,
  authorized,
  callFor,
  ofUnknownReference,
  providerFaults,
  type ProviderTraits,
  type SteeredProvider,
} from './steered-provider.js';

/** The guarantees of reads and authorisations. */
export function contractOfReads(steered: () => SteeredProvider, traits: ProviderTraits): void {
  describe('find', () => {
    it('tells where a payment stands', async () => {
      const { provider } = steered();
      const reference = await authorized(steered());
      const standing = {
        reference,
        currency: 'USD',
        authorizedMinor: 24_500,
        capturedMinor: 0,
        refundedMinor: 0,
      };
      expect(await provider.find(reference)).toMatchObject({
        kind: 'done',
        payment: { ...standing, state: 'authorized' },
      });
      await provider.capture(callFor(reference, { amountMinor: 20_000 }));
      await provider.refund(callFor(reference, { amountMinor: 5_000 }));
      expect(await provider.find(reference)).toMatchObject({
        kind: 'done',
        payment: { ...standing, state: 'captured', capturedMinor: 20_000, refundedMinor: 5_000 },
      });
    });

    if (!traits.canBeAsked) {
      it('is transient for a reference of which nothing is known yet', async () => {
        const outcome = await steered().provider.find(steered().unknownReference());
        expect(outcome).toMatchObject({ kind: 'transient' });
      });
      return;
    }

    it('is done, with no payment, for a reference that the provider does not know', async () => {
      expect(await steered().provider.find(steered().unknownReference())).toEqual({ kind: 'done' });
    });

    it.each(providerFaults)('is transient at %s: a read leaves nothing open', async (fault) => {
      const reference = await authorized(steered());
      await steered().fault('find', reference, fault);
      expect(await adapterFor(fault, steered()).find(reference)).toMatchObject({ kind: 'transient' });
      expect(await steered().provider.find(reference)).toMatchObject({
        kind: 'done',
        payment: { reference },
      });
    });
  });

  describe('authorize', () => {
    it('accepts an authorisation that covers the order, and changes nothing', async () => {
      const reference = await authorized(steered());
      for (const amountMinor of [24_500, 100]) {
        expect(await steered().provider.authorize(callFor(reference, { amountMinor }))).toMatchObject({
          kind: 'done',
          payment: { reference, state: 'authorized', authorizedMinor: 24_500, currency: 'USD' },
        });
      }
      expect(await steered().movements(reference)).toEqual([]);
    });

    it('accepts a payment that the checkout has captured for the order or more, and declines less', async () => {
      const reference = await authorized(steered());
      await steered().provider.capture(callFor(reference));
      for (const amountMinor of [24_500, 100]) {
        expect(await steered().provider.authorize(callFor(reference, { amountMinor }))).toMatchObject({
          kind: 'done',
          payment: { reference, state: 'captured', capturedMinor: 24_500, refundedMinor: 0 },
        });
      }
      expect(await steered().provider.authorize(callFor(reference, { amountMinor: 24_501 }))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentAmountTooSmall,
      });
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
    });

    it('accepts no reference that is not known', async () => {
      expect(await steered().provider.authorize(callFor(steered().unknownReference()))).toMatchObject(
        ofUnknownReference(traits),
      );
    });

    it('declines what is not an authorisation, or no longer one', async () => {
      const { provider } = steered();
      const unconfirmed = await steered().unconfirmed();
      const refunded = await authorized(steered());
      await provider.capture(callFor(refunded));
      await provider.refund(callFor(refunded, { amountMinor: 100 }));
      const voided = await authorized(steered());
      await provider.void(callFor(voided));
      for (const reference of [unconfirmed, refunded, voided]) {
        expect(await provider.authorize(callFor(reference))).toMatchObject({
          kind: 'declined',
          reason: CancellationReason.PaymentNotCapturable,
        });
      }
    });

    it('declines another currency, also where the number is the same', async () => {
      const reference = await steered().authorization({ amountMinor: 24_500, currency: 'EUR' });
      expect(await steered().provider.authorize(callFor(reference))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentCurrencyMismatch,
      });
    });

    it('declines too small an amount, and names both', async () => {
      const reference = await steered().authorization({ amountMinor: 24_499, currency: 'USD' });
      const outcome = await steered().provider.authorize(callFor(reference));
      expect(outcome).toMatchObject({ kind: 'declined', reason: CancellationReason.PaymentAmountTooSmall });
      expect(outcome).toMatchObject({ message: expect.stringMatching(/244\.99 USD.*245\.00 USD/) as string });
    });
  });
}
