import type { PaymentOwner } from '@oms/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import type { PaymentSnapshot } from '../payment-provider.js';
import { said, spokenOf } from '../testing/said-by-adyen.js';
import { recapturedMark } from './adyen-notification.js';
import { effectOf, standingOf, type Announced } from './payment-standing.js';

function announced(...notifications: readonly PaymentNotification[]): Announced {
  const standing = standingOf(spokenOf, notifications);
  if (standing.kind !== 'announced') throw new Error(`the payment is ${standing.kind}`);
  return standing;
}
const snapshotOf = (...notifications: readonly PaymentNotification[]): PaymentSnapshot =>
  announced(...notifications).snapshot;

const authorized = said('authorized');
const captured = said('captured', { objectId: 'CAPTURE-1' });
const captureFailed = said('capture_failed', { objectId: 'CAPTURE-1', reason: 'Refused' });

describe('a payment by what was said of it', () => {
  it('is not known before anything was said, nor by what failed or was said of another payment', () => {
    const ofAnother = { ...authorized, reference: 'PSPPAYMENT000002' };
    for (const notifications of [
      [],
      [ofAnother],
      [captureFailed],
      [said('void_failed')],
      [said('dispute_withdrawn')],
    ]) {
      expect(standingOf(spokenOf, notifications)).toEqual({ kind: 'unannounced' });
    }
  });

  it('is authorised, with its amount, its currency and seven days from the first that was said of it', () => {
    expect(snapshotOf(authorized)).toEqual({
      reference: spokenOf,
      state: 'authorized',
      currency: 'USD',
      authorizedMinor: 24_500,
      capturedMinor: 0,
      refundedMinor: 0,
      owner: { kind: 'unnamed' },
      expiresAt: new Date(Date.parse(authorized.occurredAt) + 7 * 86_400_000).toISOString(),
    });
  });

  it('is not authorised when it was refused, and is when it succeeded after all', () => {
    const refused = said('authorization_failed', { reason: 'Refused' });
    expect(announced(refused)).toMatchObject({
      refusal: 'Refused',
      snapshot: { state: 'not_authorized', authorizedMinor: 0 },
    });
    expect(snapshotOf(refused, authorized)).toMatchObject({ state: 'authorized', authorizedMinor: 24_500 });
    expect(announced(refused, authorized)).not.toHaveProperty('refusal');
  });

  it('is captured in whole or in part', () => {
    expect(snapshotOf(authorized, captured)).toMatchObject({ state: 'captured', capturedMinor: 24_500 });
    expect(snapshotOf(authorized, { ...captured, amountMinor: 20_000 })).toMatchObject({
      state: 'captured',
      authorizedMinor: 24_500,
      capturedMinor: 20_000,
    });
  });

  it('counts several captures together, and each once', () => {
    const parts = [
      { ...captured, amountMinor: 20_000 },
      said('captured', { objectId: 'CAPTURE-2', amountMinor: 4_000 }),
    ];
    expect(snapshotOf(authorized, ...parts, ...parts)).toMatchObject({ capturedMinor: 24_000 });
  });

  it('is not captured any more when the capture has failed after all', () => {
    expect(snapshotOf(authorized, captured, captureFailed)).toMatchObject({
      state: 'authorized',
      capturedMinor: 0,
    });
  });

  it('is not captured any more when the failure names the payment and no capture of it', () => {
    const ofPayment = said('capture_failed', { objectId: spokenOf, operationKey: 'checkout-1' });
    const standing = announced(ofPayment, captured, authorized);
    expect(standing.snapshot).toMatchObject({ state: 'authorized', capturedMinor: 0 });
    expect(effectOf(standing, 'capture', 'order-1:op:1')).toMatchObject({ succeeded: false });
  });

  it('stays captured when another capture of it failed', () => {
    const another = said('capture_failed', { objectId: 'CAPTURE-2', operationKey: 'order-1:op:2' });
    expect(snapshotOf(authorized, captured, another)).toMatchObject({ capturedMinor: 24_500 });
  });

  describe('with a failed capture that succeeded after all, by an unsigned report', () => {
    const again = { ...captured, eventId: 'CAPTURE-1:CAPTURE:true:recaptured', reason: recapturedMark };
    const reportedCapture = { objectId: 'CAPTURE-1', amountMinor: 24_500 };

    it('is not captured, and shows what is reported', () => {
      expect(snapshotOf(authorized, captured, captureFailed, again)).toMatchObject({
        ...{ state: 'authorized', capturedMinor: 0, reportedCapture },
      });
      expect(snapshotOf(again, captureFailed)).toMatchObject({ capturedMinor: 0, reportedCapture });
    });

    it('is captured once an operator has confirmed it', () => {
      const snapshot = snapshotOf(authorized, captured, captureFailed, { ...again, isConfirmed: true });
      expect(snapshot).toMatchObject({ state: 'captured', capturedMinor: 24_500 });
      expect(snapshot).not.toHaveProperty('reportedCapture');
    });

    it('reports nothing where nothing had failed', () => {
      expect(snapshotOf(authorized, captured, again)).not.toHaveProperty('reportedCapture');
    });
  });

  it('with a reversal → is refunded if it was captured, and voided if it was not', () => {
    const reversed = said('reversed', { objectId: 'REVERSAL-1' });
    expect(snapshotOf(reversed, captured, authorized)).toMatchObject({
      ...{ state: 'captured', refundedMinor: 24_500 },
    });
    expect(snapshotOf(reversed, authorized)).toMatchObject({ state: 'voided', refundedMinor: 0 });
    expect(snapshotOf(reversed, captureFailed, captured, authorized)).toMatchObject({ state: 'voided' });
  });

  it('that was cancelled or expired → is voided, or captured if it was captured all the same', () => {
    expect(snapshotOf(authorized, said('voided'))).toMatchObject({
      state: 'voided',
      authorizedMinor: 24_500,
    });
    expect(snapshotOf(authorized, said('authorization_expired'))).toMatchObject({ state: 'voided' });
    expect(snapshotOf(authorized, said('void_failed'))).toMatchObject({ state: 'authorized' });
    expect(snapshotOf(authorized, captured, said('authorization_expired'))).toMatchObject({
      state: 'captured',
    });
  });

  it('holds nothing when its capture failed after it had come true and Adyen has nothing to cancel', () => {
    expect(snapshotOf(said('void_failed'), captureFailed, captured, authorized)).toMatchObject({
      state: 'voided',
      capturedMinor: 0,
    });
    // A capture that never came true has used up nothing.
    expect(snapshotOf(authorized, captureFailed, said('void_failed'))).toMatchObject({ state: 'authorized' });
  });

  it('counts refunds that did not fail, and never more than was captured', () => {
    const refund = said('refunded', { objectId: 'REFUND-1', amountMinor: 5_000 });
    const failure = said('refund_failed', { objectId: 'REFUND-1', amountMinor: 5_000 });
    expect(snapshotOf(authorized, captured, refund)).toMatchObject({ refundedMinor: 5_000 });
    expect(snapshotOf(authorized, captured, refund, failure)).toMatchObject({ refundedMinor: 0 });
    expect(snapshotOf(authorized, refund)).toMatchObject({ capturedMinor: 0, refundedMinor: 0 });
  });

  it('is known by what can only happen to an authorised one, where that arrives first', () => {
    expect(snapshotOf(captured)).toMatchObject({ state: 'captured', authorizedMinor: 24_500 });
    expect(snapshotOf(said('voided'))).toMatchObject({ state: 'voided', authorizedMinor: 24_500 });
  });

  it('is contradictory, not guessed, when currencies differ or an amount is invalid', () => {
    const inEuro = { ...captured, currency: 'EUR' };
    expect(standingOf(spokenOf, [authorized, inEuro])).toMatchObject({
      kind: 'contradictory',
      message: expect.stringContaining('EUR and USD') as string,
    });
    const { amountMinor: _, ...withoutAmount } = authorized;
    expect(standingOf(spokenOf, [withoutAmount])).toMatchObject({ kind: 'contradictory' });
  });

  describe('has an owner', () => {
    const owner = { kind: 'named', tenantId: 'tenant', orgId: 'org' } as const;
    const named = said('authorized', { owner });

    it('that its own notifications agree on', () => {
      const lapsed = said('authorization_expired', { owner });
      for (const notifications of [[named], [captured, named, named], [lapsed, named], [lapsed]]) {
        expect(snapshotOf(...notifications)).toMatchObject({ owner });
      }
    });

    it('that is not known while only modifications were announced', () => {
      expect(snapshotOf(captured)).not.toHaveProperty('owner');
    });

    it('that is unreadable where they differ', () => {
      for (const other of [
        { ...owner, tenantId: 'other' },
        { ...owner, orgId: 'other' },
        { kind: 'unnamed' } as const,
      ]) {
        const another = said('authorization_failed', { owner: other });
        expect(snapshotOf(named, another)).toMatchObject({ owner: { kind: 'unreadable' } });
      }
    });

    it('also where it is contradictory', () => {
      const inEuro = { ...captured, currency: 'EUR' };
      expect(standingOf(spokenOf, [named, inEuro])).toMatchObject({ kind: 'contradictory', owner });
    });
  });
});

describe('an operation by what was said of it', () => {
  it('without a notification of its own → is open, despite notifications of others', () => {
    expect(effectOf(announced(authorized, captured), 'capture', 'order-1:op:2')).toBeUndefined();
    expect(effectOf(announced(authorized, captured), 'refund', 'order-1:op:1')).toBeUndefined();
  });

  it('has succeeded once one of its attempts has, and has failed with a reason otherwise', () => {
    const failedOnce = said('capture_failed', { objectId: 'CAPTURE-0', reason: 'Refused' });
    expect(effectOf(announced(authorized, failedOnce), 'capture', 'order-1:op:1')).toMatchObject({
      succeeded: false,
      reason: 'Refused',
    });
    expect(effectOf(announced(authorized, failedOnce, captured), 'capture', 'order-1:op:1')).toMatchObject({
      succeeded: true,
      objectId: 'CAPTURE-1',
      amountMinor: 24_500,
    });
  });
});

const unconfirmed = fc.record({
  provider: fc.constant('adyen' as const),
  eventId: fc.string(),
  kind: fc.constantFrom(...Object.values(PaymentNotificationKind)),
  reference: fc.constantFrom(spokenOf, spokenOf, spokenOf, 'PSPPAYMENT000002'),
  owner: fc.constantFrom<PaymentOwner>(
    { kind: 'named', tenantId: 'tenant', orgId: 'org' },
    { kind: 'named', tenantId: 'tenant', orgId: 'other' },
    { kind: 'unnamed' },
  ),
  objectId: fc.constantFrom('A', 'B', 'C', spokenOf),
  operationKey: fc.constantFrom('order-1:op:1', 'order-1:op:2'),
  amountMinor: fc.constantFrom(100, 20_000, 24_500),
  // Mostly one currency: what is contradictory is not looked at any further.
  currency: fc.constantFrom(...Array.from({ length: 60 }, () => 'USD'), 'EUR'),
  reason: fc.constantFrom('', 'Refused', 'Expired', recapturedMark),
  occurredAt: fc.constantFrom('2026-11-21T09:00:00.000Z', '2026-11-21T10:00:00.000Z'),
});
const notifications: fc.Arbitrary<PaymentNotification> = fc.oneof(
  { weight: 3, arbitrary: unconfirmed },
  unconfirmed.map((told) => ({ ...told, isConfirmed: true as const })),
);

/** A set, and a delivery of it: in another order, some of it several times, nothing missing. */
const deliveries = fc.array(notifications, { maxLength: 14 }).chain((set) =>
  fc.tuple(
    fc.constant(set),
    fc
      .array(fc.nat({ max: Math.max(0, set.length - 1) }), { maxLength: 10 })
      .map((again) => [...set, ...again.flatMap((index) => set[index] ?? [])])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
  ),
);

describe('notifications in any order, with repetitions', () => {
  it('→ the same standing as each of them once', () => {
    fc.assert(
      fc.property(deliveries, ([set, delivery]) => {
        expect(standingOf(spokenOf, delivery)).toEqual(standingOf(spokenOf, set));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never more captured than authorised, nor more refunded than captured', () => {
    fc.assert(
      fc.property(fc.array(notifications, { maxLength: 14 }), (set) => {
        const standing = standingOf(spokenOf, set);
        if (standing.kind !== 'announced') return;
        const { authorizedMinor, capturedMinor, refundedMinor, state } = standing.snapshot;
        expect(refundedMinor).toBeLessThanOrEqual(capturedMinor);
        expect(capturedMinor).toBeLessThanOrEqual(authorizedMinor);
        expect(state === 'captured').toBe(capturedMinor > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never counts a capture of which a failure was said, unless an operator has confirmed it', () => {
    fc.assert(
      fc.property(fc.array(notifications, { maxLength: 14 }), (set) => {
        const own = set.filter(({ reference }) => reference === spokenOf);
        const failure = said('capture_failed', { objectId: 'A' });
        const again = own.some(
          ({ kind, objectId, isConfirmed }) => kind === 'captured' && objectId === 'A' && isConfirmed,
        );
        const standing = standingOf(spokenOf, [...set, failure]);
        if (standing.kind !== 'announced') return;
        const capture = standing.effects.find(
          ({ effect, objectId }) => effect === 'capture' && objectId === 'A',
        );
        expect(capture?.succeeded).toBe(again);
      }),
    );
  });
});
