import { orderStatuses } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { nextStep, targetState, type SaleStanding, type SaleState, type SaleStep } from './sale-plan.js';

const right = { contentIsRight: true, textIsRight: true, totalIsRight: true };

/** The sale in Tryton after a step. */
function after(standing: SaleStanding, step: SaleStep): SaleStanding {
  if (step.kind === 'write') {
    return step.what === 'everything'
      ? { ...standing, contentIsRight: true, textIsRight: true }
      : { ...standing, textIsRight: true };
  }
  if (step.kind !== 'press') return standing;
  const state = ({ draft: 'draft', quote: 'quotation', confirm: 'confirmed', cancel: 'cancelled' } as const)[
    step.button
  ];
  return { ...standing, state };
}

/** The buttons that Tryton allows in each state; any other is an error there. */
const allowed: Readonly<Record<string, readonly SaleState[]>> = {
  draft: ['quotation', 'confirmed', 'cancelled'],
  quote: ['draft'],
  confirm: ['quotation'],
  cancel: ['draft', 'quotation'],
};

const states = ['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled'] as const;
const flags = [true, false];
const standings = states.flatMap((state) =>
  flags.flatMap((contentIsRight) =>
    flags.flatMap((textIsRight) =>
      flags.map((totalIsRight): SaleStanding => ({ state, contentIsRight, textIsRight, totalIsRight })),
    ),
  ),
);
const targets = ['draft', 'quotation', 'confirmed', 'cancelled'] as const;

function walk(
  standing: SaleStanding,
  target: (typeof targets)[number],
): { steps: SaleStep[]; end: SaleStanding } {
  const steps: SaleStep[] = [];
  let now = standing;
  while (steps.length < 10) {
    const step = nextStep(now, target);
    steps.push(step);
    if (step.kind === 'finished' || step.kind === 'refuse') break;
    now = after(now, step);
  }
  return { steps, end: now };
}

describe('from each state, on the way to each other', () => {
  const ways = targets.flatMap((target) => standings.map((standing) => ({ target, standing })));

  it('every step is one that Tryton allows, and the way ends', () => {
    for (const { target, standing } of ways) {
      let now = standing;
      const { steps } = walk(standing, target);
      for (const step of steps) {
        if (step.kind === 'press') expect(allowed[step.button]).toContain(now.state);
        if (step.kind === 'write' && step.what === 'everything') expect(now.state).toBe('draft');
        now = after(now, step);
      }
      expect(['finished', 'refuse']).toContain(steps.at(-1)?.kind);
    }
  });

  it('nothing is finished that is not right, and people can read what it came to', () => {
    for (const { target, standing } of ways) {
      const { steps, end } = walk(standing, target);
      expect(end.textIsRight).toBe(true);
      if (steps.at(-1)?.kind !== 'finished') continue;
      expect(end.state === 'cancelled').toBe(target === 'cancelled');
      if (end.state !== 'cancelled') expect(end.contentIsRight).toBe(true);
    }
  });
});

describe('a sale', () => {
  it('is never confirmed with another total than the order has', () => {
    for (const standing of standings.filter(
      ({ state, totalIsRight }) => state === 'draft' && !totalIsRight,
    )) {
      expect(walk(standing, 'confirmed').steps.at(-1)).toEqual({ kind: 'refuse', why: 'total_differs' });
    }
  });

  it('that Tryton processes is not cancelled, and that is said', () => {
    expect(nextStep({ ...right, state: 'processing' }, 'cancelled')).toEqual({
      kind: 'refuse',
      why: 'in_process',
    });
    expect(nextStep({ ...right, state: 'done' }, 'cancelled')).toEqual({ kind: 'refuse', why: 'in_process' });
  });

  it('that a person cancelled is not brought back', () => {
    expect(nextStep({ ...right, state: 'cancelled' }, 'confirmed')).toEqual({
      kind: 'refuse',
      why: 'cancelled_there',
    });
  });

  it('that a person took further than the order is left there', () => {
    expect(nextStep({ ...right, state: 'processing' }, 'quotation')).toEqual({ kind: 'finished' });
    expect(nextStep({ ...right, state: 'quotation' }, 'draft')).toEqual({ kind: 'finished' });
  });
});

describe('how far a sale goes', () => {
  it('is decided by the status of the order', () => {
    expect(
      Object.fromEntries(orderStatuses.map((status) => [status, targetState(status, 'processing')])),
    ).toEqual({
      draft: 'draft',
      pending: 'draft',
      confirmed: 'quotation',
      processing: 'confirmed',
      shipped: 'confirmed',
      delivered: 'confirmed',
      closed: 'confirmed',
      cancelled: 'cancelled',
    });
  });

  it('can be set to be confirmed with the order', () => {
    expect(targetState('confirmed', 'confirmed')).toBe('confirmed');
    expect(targetState('pending', 'confirmed')).toBe('draft');
  });
});
