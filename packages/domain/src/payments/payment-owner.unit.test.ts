import { describe, expect, it } from 'vitest';

import { objectionTo, type PaymentOwner } from './payment-owner.js';

const order = { tenantId: 'tenant', orgId: 'org' };
const named = (tenantId: string, orgId: string): PaymentOwner => ({ kind: 'named', tenantId, orgId });

describe('the objection to a payment', () => {
  it.each<[string, PaymentOwner, string | undefined, string | undefined]>([
    ['its own tenant and organisation', named('tenant', 'org'), undefined, undefined],
    ['another tenant', named('other', 'org'), 'another_tenant', 'another_tenant'],
    [
      'another organisation of the tenant',
      named('tenant', 'other'),
      'another_organisation',
      'another_organisation',
    ],
    ['no owner', { kind: 'unnamed' }, undefined, 'unnamed'],
    ['an unreadable owner', { kind: 'unreadable' }, 'unreadable', 'unreadable'],
  ])('depends on its owner: %s', (_, owner, usually, whereItMustBeNamed) => {
    expect(objectionTo(owner, order, { mustBeNamed: false })).toBe(usually);
    expect(objectionTo(owner, order, { mustBeNamed: true })).toBe(whereItMustBeNamed);
  });
});
