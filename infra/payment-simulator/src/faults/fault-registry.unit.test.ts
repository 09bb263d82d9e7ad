import { describe, expect, it } from 'vitest';

import { faultRequest, matchesOperation, type FaultSpec } from './fault.js';
import { FaultRegistry } from './fault-registry.js';
import { seededRandom } from './seeded-random.js';

const operations = { all: ['payment_intents.capture', 'refunds.create'], declinable: ['refunds.create'] };
const spec = (given: object): FaultSpec =>
  faultRequest(operations).parse({ operation: 'refunds.create', kind: 'slow', delayMs: 1, ...given });
const occasion = { operation: 'refunds.create', paymentIntent: 'pi_1' };

describe('a fault', () => {
  it('without `stored` → an error is stored if it comes after the effect, and not if before', () => {
    expect(spec({ kind: 'error_after' }).stored).toBe(true);
    expect(spec({ kind: 'error_before' }).stored).toBe(false);
    expect(spec({ kind: 'error_after', stored: false }).stored).toBe(false);
  });

  it('accepts its payment as `paymentIntent` or as `match.paymentIntent`', () => {
    expect(spec({ paymentIntent: 'pi_1' }).match).toEqual({ paymentIntent: 'pi_1' });
    expect(spec({ match: { paymentIntent: 'pi_1' } }).match).toEqual({ paymentIntent: 'pi_1' });
  });

  it.each([
    ['*', 'refunds.create', true],
    ['*', 'webhooks.refund.created', false],
    ['refunds.*', 'refunds.create', true],
    ['refunds.*', 'payment_intents.create', false],
    ['webhooks', 'webhooks.refund.created', true],
    ['webhooks.refund.*', 'webhooks.refund.created', true],
    ['webhooks.charge.captured', 'webhooks.charge.refunded', false],
    ['refunds.create', 'refunds.create', true],
  ])('of operation %s matches %s: %s', (pattern, operation, expected) => {
    expect(matchesOperation(pattern, operation)).toBe(expected);
  });
});

describe('the registry', () => {
  it('fires a fault `times` times, and counts', () => {
    const faults = new FaultRegistry();
    const { id } = faults.add(spec({ times: 2 }));
    expect([1, 2, 3].map(() => faults.due(occasion)?.fire())).toEqual([true, true, undefined]);
    expect(faults.get(id)).toMatchObject({ fired: 2, remaining: 0 });
  });

  it('fires the last remaining fault once for two concurrent calls', () => {
    const faults = new FaultRegistry();
    faults.add(spec({ times: 1 }));
    const [one, two] = [faults.due(occasion), faults.due(occasion)];
    expect([one?.fire(), two?.fire()]).toEqual([true, false]);
  });

  it('applies the oldest matching fault, and the next one after that is used up or deleted', () => {
    const faults = new FaultRegistry();
    const [first, second] = [faults.add(spec({ times: 1 })), faults.add(spec({}))];
    expect(faults.due(occasion)?.id).toBe(first.id);
    faults.due(occasion)?.fire();
    expect(faults.due(occasion)?.id).toBe(second.id);
    faults.remove(second.id);
    expect(faults.due(occasion)).toBeUndefined();
  });

  it('applies faults of the network, but not of the execution, to a replayed answer', () => {
    const due = (given: object) => {
      const faults = new FaultRegistry();
      faults.add(spec(given));
      return faults.due({ ...occasion, replay: true }) !== undefined;
    };
    expect(due({ kind: 'decline' })).toBe(false);
    expect(due({ kind: 'error_after' })).toBe(false);
    expect(due({ kind: 'error_after', stored: false })).toBe(true);
    expect(due({ kind: 'reset_after' })).toBe(true);
    expect(due({ kind: 'hang_before' })).toBe(true);
  });

  it('applies a fault of one payment to no other payment', () => {
    const faults = new FaultRegistry();
    faults.add(spec({ paymentIntent: 'pi_1' }));
    expect(faults.due({ ...occasion, paymentIntent: 'pi_2' })).toBeUndefined();
    expect(faults.due({ ...occasion, paymentIntent: undefined })).toBeUndefined();
    expect(faults.due(occasion)).toBeDefined();
  });
});

describe('seeded random numbers', () => {
  it('are equal for equal seeds, differ for different seeds, and spread over [0, 1)', () => {
    const row = (seed: number): readonly number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 10_000 }, () => random());
    };
    const numbers = row(1);
    expect(row(1)).toEqual(numbers);
    expect(row(2)).not.toEqual(numbers);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 1);
  });
});
