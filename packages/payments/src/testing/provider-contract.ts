import { afterAll, beforeAll, describe } from 'vitest';

import { contractOfEffects } from './contract-of-effects.js';
import { contractOfLaterSettlement } from './contract-of-later-settlement.js';
import { contractOfOwners } from './contract-of-owners.js';
import { contractOfReads } from './contract-of-reads.js';
import { contractOfRecovery } from './contract-of-recovery.js';
import { contractOfRefunds } from './contract-of-refunds.js';
import { usualTraits, type ProviderTraits, type SteeredProvider } from './steered-provider.js';

/**
 * The guarantees of every adapter, against a real server of its provider's wire format. Each test states one guarantee
 * and uses payments of its own.
 */
export function providerContract(
  name: string,
  setup: () => Promise<SteeredProvider>,
  traits: ProviderTraits = usualTraits,
): void {
  describe(`the contract of payment providers: ${name}`, () => {
    let running: SteeredProvider | undefined;
    const steered = (): SteeredProvider => {
      if (!running) throw new Error('the provider is not there before the first test');
      return running;
    };
    beforeAll(async () => {
      running = await setup();
    });
    afterAll(async () => {
      await running?.close();
    });

    contractOfReads(steered, traits);
    contractOfOwners(steered, traits);
    contractOfEffects(steered, traits);
    contractOfRefunds(steered, traits);
    contractOfRecovery(steered, traits);
    if (traits.settlesLater) contractOfLaterSettlement(steered);
  });
}
