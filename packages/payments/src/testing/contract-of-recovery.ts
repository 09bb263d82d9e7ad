import { describe, expect, it } from 'vitest';

import type { MoneyCall } from '../payment-provider.js';
import {
  adapterFor,
  authorized,
  callFor,
  converge,
  providerFaults,
  type ProviderTraits,
  type ProviderFault,
  type SteeredProvider,
} from './steered-provider.js';

/** The guarantees of operations with effects when something fails on the way. */
export function contractOfRecovery(steered: () => SteeredProvider, traits: ProviderTraits): void {
  // A stored failure without an effect is final at a provider that cannot be asked: nothing shows that it had none.
  const final = traits.canBeAsked ? [] : ['stored_error_before'];
  const overcome = (fault: ProviderFault): boolean => !final.includes(fault);
  const repeatable = traits.canBeAsked ? 'stored_error_before' : 'error_before';

  describe.each(['capture', 'void', 'refund'] as const)('%s in trouble', (operation) => {
    const prepare = async (): Promise<MoneyCall> => {
      const reference = await authorized(steered());
      if (operation === 'refund') await steered().provider.capture(callFor(reference));
      return callFor(reference, operation === 'refund' ? { amountMinor: 5_000 } : {});
    };
    const moved = async (reference: string): Promise<number> =>
      (await steered().movements(reference)).filter(({ type }) => type === operation).length;

    it.each(providerFaults.filter(overcome))(
      'says the truth at %s and comes to one effect with the same key',
      async (fault) => {
        const operationCall = await prepare();
        await steered().fault(operation, operationCall.reference, fault);
        const first = await adapterFor(fault, steered())[operation](operationCall);
        expect(first.kind).toBe(fault === 'rate_limited' ? 'transient' : 'unknown');
        await converge(steered(), operationCall.reference, () =>
          steered().provider[operation](operationCall),
        );
        expect(await moved(operationCall.reference)).toBe(1);
      },
    );

    it.each((['stored_error_before', 'stored_error_after'] as const).filter(overcome))(
      'comes to one effect after five of %s',
      async (fault) => {
        const operationCall = await prepare();
        await steered().fault(operation, operationCall.reference, fault, 5);
        await converge(steered(), operationCall.reference, () =>
          steered().provider[operation](operationCall),
        );
        expect(await moved(operationCall.reference)).toBe(1);
      },
    );

    if (!traits.canBeAsked) {
      it('stays unknown at stored_error_before, and never tries under another key', async () => {
        const operationCall = await prepare();
        await steered().fault(operation, operationCall.reference, 'stored_error_before');
        for (let round = 0; round < 3; round += 1) {
          const outcome = await steered().provider[operation](operationCall);
          expect(outcome).toMatchObject({ kind: 'unknown' });
        }
        expect(await moved(operationCall.reference)).toBe(0);
      });
    }

    it('comes to one effect when many recover at once', async () => {
      const operationCall = await prepare();
      await steered().fault(operation, operationCall.reference, repeatable, 2);
      const recover = (): Promise<unknown> =>
        converge(steered(), operationCall.reference, () => steered().provider[operation](operationCall));
      await Promise.all(Array.from({ length: 6 }, recover));
      expect(await moved(operationCall.reference)).toBe(1);
    });
  });
}
