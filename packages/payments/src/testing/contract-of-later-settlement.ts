import { describe, expect, it } from 'vitest';

import type { MoneyCall } from '../payment-provider.js';
import { authorized, callFor, type LaterSettlement, type SteeredProvider } from './steered-provider.js';

/** The guarantees of a provider that takes instructions first and reports their results later. */
export function contractOfLaterSettlement(steered: () => SteeredProvider): void {
  const later = (): LaterSettlement => {
    const settlement = steered().later;
    if (!settlement) throw new Error('a provider that settles later says how it does');
    return settlement;
  };

  describe.each(['capture', 'void', 'refund'] as const)('%s that was taken', (operation) => {
    const prepare = async (): Promise<MoneyCall> => {
      const reference = await authorized(steered());
      if (operation === 'refund') await steered().provider.capture(callFor(reference));
      return callFor(reference, operation === 'refund' ? { amountMinor: 5_000 } : {});
    };

    it('is pending until it has come true, also when asked for again, and then done once', async () => {
      const { provider, comeTrue } = later();
      const call = await prepare();
      const before = await provider.find(call.reference);
      const movements = await steered().movements(call.reference);
      for (let round = 0; round < 3; round += 1) {
        expect(await provider[operation](call)).toMatchObject({ kind: 'pending' });
      }
      expect(await provider.find(call.reference)).toEqual(before);
      expect(await steered().movements(call.reference)).toEqual(movements);
      await comeTrue(call.reference);
      expect(await provider[operation](call)).toMatchObject({ kind: 'done' });
      expect(await steered().movements(call.reference)).toHaveLength(movements.length + 1);
    });
  });

  it('leaves exactly one of a capture and a void that were both taken', async () => {
    const { provider, comeTrue } = later();
    const capture = callFor(await authorized(steered()));
    const release = callFor(capture.reference);
    expect(await provider.capture(capture)).toMatchObject({ kind: 'pending' });
    expect(await provider.void(release)).toMatchObject({ kind: 'pending' });
    await comeTrue(capture.reference);
    expect(await provider.capture(capture)).toMatchObject({ kind: 'done' });
    expect(await provider.void(release)).toMatchObject({ kind: 'declined' });
    expect(await steered().movements(capture.reference)).toEqual([{ type: 'capture', amountMinor: 24_500 }]);
  });
}
