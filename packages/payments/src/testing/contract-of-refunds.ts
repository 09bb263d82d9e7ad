import { describe, expect, it } from 'vitest';

import {
  authorized,
  callFor,
  converge,
  ofUnknownReference,
  type ProviderTraits,
  type SteeredProvider,
} from './steered-provider.js';

/** The guarantees of refunds. */
export function contractOfRefunds(steered: () => SteeredProvider, traits: ProviderTraits): void {
  describe('refund', () => {
    const captured = async (): Promise<string> => {
      const reference = await authorized(steered());
      expect(await steered().provider.capture(callFor(reference))).toMatchObject({ kind: 'done' });
      return reference;
    };
    const refunds = async (reference: string): Promise<readonly number[]> =>
      (await steered().movements(reference))
        .filter(({ type }) => type === 'refund')
        .map(({ amountMinor }) => amountMinor);

    it('refunds once for each operation, with repeated calls', async () => {
      const reference = await captured();
      const operations = [
        callFor(reference, { amountMinor: 5_000 }),
        callFor(reference, { amountMinor: 5_000 }),
      ];
      const ids = new Set<string>();
      for (const operation of [...operations, ...operations]) {
        const outcome = await steered().provider.refund(operation);
        expect(outcome).toMatchObject({ kind: 'done', amountMinor: 5_000 });
        if (outcome.kind === 'done') ids.add(outcome.refundId);
      }
      expect(ids.size).toBe(2);
      expect(await refunds(reference)).toEqual([5_000, 5_000]);
    });

    it('refunds once when called many times at once', async () => {
      const reference = await captured();
      const refund = callFor(reference, { amountMinor: 5_000 });
      await Promise.all(Array.from({ length: 8 }, () => steered().provider.refund(refund)));
      await converge(steered(), reference, () => steered().provider.refund(refund));
      expect(await refunds(reference)).toEqual([5_000]);
    });

    it('with the key of another amount → is unknown, and refunds nothing more', async () => {
      const reference = await captured();
      const first = callFor(reference, { amountMinor: 5_000 });
      await steered().provider.refund(first);
      expect(await steered().provider.refund({ ...first, amountMinor: 6_000 })).toMatchObject({
        kind: 'unknown',
      });
      expect(await refunds(reference)).toEqual([5_000]);
    });

    it('declines more than is left of what was captured', async () => {
      const reference = await captured();
      expect(await steered().provider.refund(callFor(reference, { amountMinor: 24_501 }))).toMatchObject({
        kind: 'declined',
        message: expect.stringMatching(/245\.00 USD.*245\.01 USD/) as string,
      });
      await steered().provider.refund(callFor(reference));
      expect(await steered().provider.refund(callFor(reference, { amountMinor: 1 }))).toMatchObject({
        kind: 'declined',
      });
      expect(await refunds(reference)).toEqual([24_500]);
    });

    it('lists every refund with the key of the operation that made it, and none of what it does not know', async () => {
      const reference = await captured();
      expect(await steered().provider.listRefunds(reference)).toEqual({ kind: 'done', refunds: [] });
      const operations = [2_000, 3_000].map((amountMinor) => callFor(reference, { amountMinor }));
      for (const operation of operations) await steered().provider.refund(operation);
      const listed = await steered().provider.listRefunds(reference);
      const refunds = listed.kind === 'done' ? listed.refunds : [];
      expect([...refunds].sort((one, other) => one.amountMinor - other.amountMinor)).toMatchObject(
        operations.map(({ amountMinor, idempotencyKey }) => ({
          ...{ amountMinor, state: 'succeeded', operationKey: idempotencyKey },
        })),
      );
      expect(await steered().provider.listRefunds(steered().unknownReference())).toEqual({
        ...{ kind: 'done', refunds: [] },
      });
    });

    it('declines where nothing was captured', async () => {
      const reference = await authorized(steered());
      expect(await steered().provider.refund(callFor(reference))).toMatchObject({ kind: 'declined' });
      expect(await steered().provider.refund(callFor(steered().unknownReference()))).toMatchObject(
        ofUnknownReference(traits),
      );
    });
  });
}
