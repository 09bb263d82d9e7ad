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
  shipped    > delivered  | shipped   > processing
  shipped    > closed
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

  it('leads from every status to one that is terminal', () => {
    const leadsOn = (from: OrderStatus, seen: readonly OrderStatus[]): boolean =>
      isTerminal(from) ||
      allowedTransitions(from).some((to) => !seen.includes(to) && leadsOn(to, [...seen, to]));
    expect(orderStatuses.filter((from) => !leadsOn(from, [from]))).toEqual([]);
  });

  it('lets a request cancel only before the processing', () => {
    const cancellable = orderStatuses.filter((from) => requestableStatuses(from).includes('cancelled'));
    expect(cancellable).toEqual(['draft', 'pending', 'confirmed']);
  });

  it('lets no request go back to the processing', () => {
    const to = orderStatuses.filter((from) => requestableStatuses(from).includes('processing'));
    expect(to).toEqual(['confirmed']);
  });
});

/** Steps that follow from units: all were cancelled, or a shipment was cancelled or came back. */
const unrequested = ['processing>cancelled', 'shipped>processing', 'shipped>closed'];
const isRequestable = (from: OrderStatus, to: OrderStatus): boolean =>
  steps.has(`${from}>${to}`) && !unrequested.includes(`${from}>${to}`);

describe('transition', () => {
  it.each(everyPair.filter(({ from, to }) => isRequestable(from, to)))(
    'moves $from to $to',
    ({ from, to }) => {
      expect(transition(from, to)).toBe(to);
    },
  );

  it.each(everyPair.filter(({ from, to }) => !isRequestable(from, to)))(
    'refuses $from to $to with an error that lists the allowed statuses',
    ({ from, to }) => {
      const allowed = orderStatuses.filter((status) => isRequestable(from, status));
      const error = caught(() => transition(from, to));
      expect(error.refusal.code).toBe('TRANSITION_NOT_ALLOWED');
      const named = error.refusal.details?.allowed ?? [];
      expect([...named].sort()).toEqual([...allowed].sort());
      expect(error.message).toBe(`an order that is ${from} cannot become ${to}`);
    },
  );

  it('never leaves the table, never returns to a status', () => {
    fc.assert(
      fc.property(statuses, fc.array(statuses, { maxLength: 60 }), (start, wishes) => {
        const walk: OrderStatus[] = [start];
        for (const wish of wishes) {
          const from = walk.at(-1) ?? start;
          if (isRequestable(from, wish)) walk.push(transition(from, wish));
          else expect(caught(() => transition(from, wish)).refusal.code).toBe('TRANSITION_NOT_ALLOWED');
        }
        expect(new Set(walk).size).toBe(walk.length);
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
