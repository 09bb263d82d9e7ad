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

/** The states that Tryton's buttons lead to from each state. Any other button is an error. */
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

describe('from each state to each other', () => {
  const ways = targets.flatMap((target) => standings.map((standing) => ({ target, standing })));

  it('Tryton allows every step, and the steps end', () => {
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

  it('only a matching sale is finished, and its text shows the order’s status', () => {
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

  it('that Tryton processes → is not cancelled but refused with that reason', () => {
    expect(nextStep({ ...right, state: 'processing' }, 'cancelled')).toEqual({
      kind: 'refuse',
      why: 'in_process',
    });
    expect(nextStep({ ...right, state: 'done' }, 'cancelled')).toEqual({ kind: 'refuse', why: 'in_process' });
  });

  it('that a person cancelled stays cancelled', () => {
    expect(nextStep({ ...right, state: 'cancelled' }, 'confirmed')).toEqual({
      kind: 'refuse',
      why: 'cancelled_there',
    });
  });

  it('that a person took further than the order stays there', () => {
    expect(nextStep({ ...right, state: 'processing' }, 'quotation')).toEqual({ kind: 'finished' });
    expect(nextStep({ ...right, state: 'quotation' }, 'draft')).toEqual({ kind: 'finished' });
  });
});

describe('the target state of a sale', () => {
  it('follows the status of the order', () => {
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

  it('can be configured as confirmed for a confirmed order', () => {
    expect(targetState('confirmed', 'confirmed')).toBe('confirmed');
    expect(targetState('pending', 'confirmed')).toBe('draft');
  });
});
