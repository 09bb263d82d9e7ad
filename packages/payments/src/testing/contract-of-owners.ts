import { randomUUID } from 'node:crypto';

import type { PaymentOwner, TenantScope } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import {
  authorized,
  callFor,
  type AuthorizeOutcome,
  type ProviderTraits,
  type SteeredProvider,
} from './steered-provider.js';

const owner = (): TenantScope => ({ tenantId: randomUUID(), orgId: randomUUID() });

/** As the 22 characters of its bytes, which Adyen's 80 have room for. */
const compact = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

/** The guarantees about the owner that a checkout wrote into a payment. */
export function contractOfOwners(steered: () => SteeredProvider, { canBeAsked }: ProviderTraits): void {
  describe('the owner of a payment', () => {
    const found = async (reference: string): Promise<PaymentOwner | undefined> => {
      const outcome = await steered().provider.find(reference);
      return outcome.kind === 'done' ? outcome.payment?.owner : undefined;
    };

    it('is the tenant and organisation that the checkout wrote, in either form', async () => {
      const { tenantId, orgId } = owner();
      for (const written of [
        { tenantId, orgId },
        { tenantId: tenantId.toUpperCase(), orgId },
        { tenantId: compact(tenantId), orgId: compact(orgId) },
      ]) {
        expect(await found(await authorized(steered(), written))).toEqual({ kind: 'named', tenantId, orgId });
      }
    });

    it('is the same once the payment is captured', async () => {
      const written = owner();
      const reference = await authorized(steered(), written);
      await steered().provider.capture(callFor(reference));
      expect(await found(reference)).toEqual({ kind: 'named', ...written });
    });

    it('is unnamed where the checkout wrote none', async () => {
      expect(await found(await authorized(steered()))).toEqual({ kind: 'unnamed' });
    });

    it.each([
      ['an organisation that is no id', { tenantId: randomUUID(), orgId: 'shop' }],
      ['a tenant that is no id', { tenantId: '7', orgId: randomUUID() }],
      ['an empty organisation', { tenantId: randomUUID(), orgId: '' }],
      ['a tenant that is cut off', { tenantId: randomUUID().slice(1), orgId: randomUUID() }],
    ])('is unreadable for %s, and not unnamed', async (_, written) => {
      expect(await found(await authorized(steered(), written))).toEqual({ kind: 'unreadable' });
    });

    it('is what authorize asks about, and an owner that may pay changes nothing', async () => {
      const written = owner();
      const reference = await authorized(steered(), written);
      const asked: PaymentOwner[] = [];
      const mayPay = (given: PaymentOwner): boolean => asked.push(given) > 0;
      expect(await steered().provider.authorize(callFor(reference, { mayPay }))).toMatchObject({
        kind: 'done',
        payment: { reference, owner: { kind: 'named', ...written } },
      });
      expect(asked).toEqual([{ kind: 'named', ...written }]);
    });

    it('makes every payment that may not pay read like an unknown reference, wherever it stands', async () => {
      const { provider } = steered();
      const [held, captured, voided, inEuro, small] = await Promise.all([
        authorized(steered(), owner()),
        authorized(steered(), owner()),
        authorized(steered(), owner()),
        steered().authorization({ amountMinor: 24_500, currency: 'EUR' }, owner()),
        steered().authorization({ amountMinor: 1_000, currency: 'USD' }, owner()),
      ]);
      await provider.capture(callFor(captured));
      await provider.void(callFor(voided));
      const unconfirmed = await steered().unconfirmed();
      const answered = async (reference: string): Promise<AuthorizeOutcome> =>
        nameless(await provider.authorize(callFor(reference, { mayPay: () => false })), reference);
      const unknown = await answered(steered().unknownReference());
      expect(unknown.kind).toBe(canBeAsked ? 'declined' : 'transient');
      for (const reference of [held, captured, voided, inEuro, small, unconfirmed]) {
        expect(await answered(reference)).toEqual(unknown);
      }
    });
  });
}

/** The outcome without the reference in its words, in which alone two of them may differ. */
function nameless(outcome: AuthorizeOutcome, reference: string): AuthorizeOutcome {
  return JSON.parse(JSON.stringify(outcome).replaceAll(reference, '…')) as AuthorizeOutcome;
}
