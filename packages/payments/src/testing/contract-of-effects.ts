import { CancellationReason } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import {
  authorized,
  callFor,
  converge,
  ofUnknownReference,
  settle,
  type ProviderTraits,
  type SteeredProvider,
} from './steered-provider.js';

/** The guarantees of captures and voids. */
export function contractOfEffects(steered: () => SteeredProvider, traits: ProviderTraits): void {
  describe('capture', () => {
    it('takes the amount once, with repeated calls', async () => {
      const reference = await authorized(steered());
      const capture = callFor(reference);
      for (let round = 0; round < 3; round += 1) {
        expect(await steered().provider.capture(capture)).toMatchObject({
          kind: 'done',
          payment: { state: 'captured', capturedMinor: 24_500 },
        });
      }
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
    });

    it('takes a part, when that is the amount', async () => {
      const reference = await authorized(steered());
      expect(await steered().provider.capture(callFor(reference, { amountMinor: 20_000 }))).toMatchObject({
        kind: 'done',
        payment: { state: 'captured', authorizedMinor: 24_500, capturedMinor: 20_000, refundedMinor: 0 },
      });
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 20_000 }]);
    });

    it('takes the amount once when called many times at once', async () => {
      const reference = await authorized(steered());
      const capture = callFor(reference);
      await Promise.all(Array.from({ length: 8 }, () => steered().provider.capture(capture)));
      await converge(steered(), reference, () => steered().provider.capture(capture));
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
    });

    it('tells the order that its payment was captured under a key that the provider has forgotten', async () => {
      const reference = await authorized(steered());
      await steered().provider.capture(callFor(reference));
      expect(await steered().provider.capture(callFor(reference))).toMatchObject({ kind: 'done' });
      expect(await steered().movements(reference)).toHaveLength(1);
    });

    it('is unknown, not declined, when another amount has been captured', async () => {
      const reference = await authorized(steered());
      await steered().provider.capture(callFor(reference, { amountMinor: 20_000 }));
      expect(await steered().provider.capture(callFor(reference))).toMatchObject({
        kind: 'unknown',
        message: expect.stringMatching(/200\.00 USD.*245\.00 USD/) as string,
      });
      expect(await steered().movements(reference)).toHaveLength(1);
    });

    it('is unknown, not declined, when the key was used for another amount', async () => {
      const reference = await authorized(steered());
      const first = callFor(reference, { amountMinor: 20_000 });
      await steered().provider.capture(first);
      expect(await steered().provider.capture({ ...first, amountMinor: 24_500 })).toMatchObject({
        kind: 'unknown',
      });
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 20_000 }]);
    });

    it("passes on the issuer's no, and says no again when asked again", async () => {
      const reference = await authorized(steered());
      const capture = callFor(reference);
      await steered().decline(reference);
      for (let round = 0; round < 2; round += 1) {
        expect(await steered().provider.capture(capture)).toMatchObject({
          kind: 'declined',
          reason: CancellationReason.PaymentDeclined,
          declineCode: expect.any(String) as string,
        });
      }
      expect(await steered().movements(reference)).toEqual([]);
    });

    it('declines what cannot be captured, with the reason', async () => {
      const { provider } = steered();
      const voided = await authorized(steered());
      await provider.void(callFor(voided));
      expect(await provider.capture(callFor(voided))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentNotCapturable,
      });
      expect(await provider.capture(callFor(await steered().unconfirmed()))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentNotCapturable,
      });
      expect(await provider.capture(callFor(steered().unknownReference()))).toMatchObject(
        ofUnknownReference(traits),
      );
    });

    it('declines more than is authorised, and takes nothing', async () => {
      const reference = await authorized(steered());
      expect(await steered().provider.capture(callFor(reference, { amountMinor: 24_501 }))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentAmountTooSmall,
      });
      expect(await steered().movements(reference)).toEqual([]);
    });
  });

  describe('void', () => {
    it('releases an authorisation, and is done for one that is released', async () => {
      const reference = await authorized(steered());
      const release = callFor(reference);
      for (const again of [release, release, callFor(reference)]) {
        expect(await steered().provider.void(again)).toMatchObject({
          kind: 'done',
          payment: { state: 'voided', capturedMinor: 0, refundedMinor: 0 },
        });
      }
      expect(await steered().movements(reference)).toEqual([{ type: 'void', amountMinor: 24_500 }]);
    });

    it('declines to release what is captured', async () => {
      const reference = await authorized(steered());
      await steered().provider.capture(callFor(reference));
      expect(await steered().provider.void(callFor(reference))).toMatchObject({ kind: 'declined' });
      expect(await steered().movements(reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
    });

    it('declines a reference that the provider does not know', async () => {
      expect(await steered().provider.void(callFor(steered().unknownReference()))).toMatchObject({
        kind: 'declined',
        reason: CancellationReason.PaymentReferenceNotFound,
      });
    });

    it('leaves exactly one of a capture and a void that race', async () => {
      const reference = await authorized(steered());
      const [capture, release] = [callFor(reference), callFor(reference)];
      await Promise.all([steered().provider.capture(capture), steered().provider.void(release)]);
      const captured = await settle(steered(), reference, () => steered().provider.capture(capture));
      const voided = await settle(steered(), reference, () => steered().provider.void(release));
      expect([captured.kind, voided.kind].sort()).toEqual(['declined', 'done']);
      expect(await steered().movements(reference)).toHaveLength(1);
    });
  });
}
