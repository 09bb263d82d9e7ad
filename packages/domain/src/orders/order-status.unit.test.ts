import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RefusedError } from '../kit/refusal.js';
import {
  allowedTransitions,
  isTerminal,
  OrderStatus,
  orderStatuses,
  orderTransitions,
  requestableStatuses,
  transition,
} from './order-status.js';

/** The lifecycle of an order, written down a second time, independent of the table. */
const drawn = `
  draft      > pending    | draft     > cancelled
  pending    > confirmed  | pending   > cancelled
  confirmed  > processing | confirmed > cancelled
  processing > shipped    | processing > cancelled
  shipped    > delivered
  delivered  > closed`;
const steps = new Set(
  drawn
    .split(/[|\n]/)
    .map((step) => step.replaceAll(' ', ''))
    .filter((step) => step !== ''),
);
const everyPair = orderStatuses.flatMap((from) => orderStatuses.map((to) => ({ from, to })));

const statuses = fc.constantFrom(...orderStatuses);

describe('the transition table', () => {
  it('has the eight statuses in the sequence of the lifecycle, and a row for each', () => {
    expect(orderStatuses).toEqual(
      'draft pending confirmed processing shipped delivered closed cancelled'.split(' '),
    );
    expect(Object.keys(orderTransitions)).toEqual(orderStatuses);
    expect(orderStatuses).toEqual(Object.values(OrderStatus));
  });

  it.each(everyPair)('agrees with the drawn lifecycle about $from → $to', ({ from, to }) => {
    expect(allowedTransitions(from).includes(to)).toBe(steps.has(`${from}>${to}`));
  });

  it('allows no transition to the same status, and lists no transition twice', () => {
    for (const from of orderStatuses) {
      const allowed = allowedTransitions(from);
      expect(allowed).not.toContain(from);
      expect(new Set(allowed).size).toBe(allowed.length);
    }
  });

  it('has closed and cancelled as its only terminal statuses', () => {
    expect(orderStatuses.filter(isTerminal)).toEqual(['closed', 'cancelled']);
  });

  it('lets a request cancel only before the processing', () => {
    const cancellable = orderStatuses.filter((from) => requestableStatuses(from).includes('cancelled'));
    expect(cancellable).toEqual(['draft', 'pending', 'confirmed']);
  });
});

describe('transition', () => {
  it.each(everyPair.filter(({ from, to }) => steps.has(`${from}>${to}`)))(
    'moves $from to $to',
    ({ from, to }) => {
      expect(transition(from, to)).toBe(to);
    },
  );

  it.each(everyPair.filter(({ from, to }) => !steps.has(`${from}>${to}`)))(
    'refuses $from to $to with an error that lists the allowed statuses',
    ({ from, to }) => {
      // Only the cancellation of all units cancels an order that is processing.
      const allowed = orderStatuses.filter(
        (status) => steps.has(`${from}>${status}`) && !(from === 'processing' && status === 'cancelled'),
      );
      const error = caught(() => transition(from, to));
      expect(error.refusal.code).toBe('TRANSITION_NOT_ALLOWED');
      const named = error.refusal.details?.allowed ?? [];
      expect([...named].sort()).toEqual([...allowed].sort());
      expect(error.message).toBe(`an order that is ${from} cannot become ${to}`);
    },
  );

  it('never leaves the table, never returns to a status, and always reaches a terminal status', () => {
    fc.assert(
      fc.property(statuses, fc.array(statuses, { maxLength: 60 }), (start, wishes) => {
        const walk: OrderStatus[] = [start];
        for (const wish of wishes) {
          const from = walk.at(-1) ?? start;
          if (steps.has(`${from}>${wish}`)) walk.push(transition(from, wish));
          else expect(caught(() => transition(from, wish)).refusal.code).toBe('TRANSITION_NOT_ALLOWED');
        }
        expect(new Set(walk).size).toBe(walk.length);
      }),
    );
    fc.assert(
      fc.property(statuses, fc.infiniteStream(fc.nat()), (start, choices) => {
        let status = start;
        let length = 0;
        for (const choice of choices) {
          const allowed = allowedTransitions(status);
          const next = allowed[choice % Math.max(allowed.length, 1)];
          if (next === undefined) break;
          status = transition(status, next);
          length += 1;
          expect(length).toBeLessThan(orderStatuses.length);
        }
        expect(isTerminal(status)).toBe(true);
      }),
    );
  });
});

function caught(act: () => unknown): RefusedError {
  try {
    act();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
