import { describe, expect, it } from 'vitest';

import { ownerOfFields, ownerOfText } from './payment-owner.js';

const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const orgId = '16fd2706-8baf-433b-82eb-8c7fada847da';
const named = { kind: 'named', tenantId, orgId };
const unnamed = { kind: 'unnamed' };
const unreadable = { kind: 'unreadable' };
/** The 16 bytes of the two ids in base64url. */
const [shortTenant, shortOrg] = ['fJ5meXQlQN6US-B_wfkK5w', 'Fv0nBouvQzuC64x_rahH2g'];

describe('the owner in the text of a payment', () => {
  it.each([
    [`oms.${tenantId}.${orgId}`, named],
    [`oms.${tenantId}.${orgId}.`, named],
    [`oms.${tenantId}.${orgId}.ORD.7`, named],
    [`oms.${tenantId.toUpperCase()}.${orgId}`, named],
    [`oms.${shortTenant}.${shortOrg}.ORD-7`, named],
    [`oms.${shortTenant}.${orgId}`, named],
    // Texts of the merchant's own.
    [undefined, unnamed],
    ['', unnamed],
    ['ORD-10001', unnamed],
    [tenantId, unnamed],
    [`${tenantId}.${orgId}`, unnamed],
    [`OMS.${tenantId}.${orgId}`, unnamed],
    [`omsa.${tenantId}.${orgId}`, unnamed],
    // Texts that are meant to say it, and do not.
    ['oms', unreadable],
    ['oms.', unreadable],
    [`oms.${tenantId}`, unreadable],
    [`oms.${tenantId}.`, unreadable],
    [`oms..${orgId}`, unreadable],
    [`oms.${tenantId}.${orgId.slice(1)}`, unreadable],
    [`oms.${tenantId}/${orgId}`, unreadable],
    [`oms. ${tenantId}.${orgId}`, unreadable],
    [`oms.${tenantId.replaceAll('-', '')}.${orgId}`, unreadable],
    [`oms.${shortTenant}=.${shortOrg}`, unreadable],
    [`oms.${shortTenant.slice(1)}.${shortOrg}`, unreadable],
    // The last character of 22 has two bits: what decodes to the same bytes is not the same text.
    [`oms.fJ5meXQlQN6US-B_wfkK5x.${shortOrg}`, unreadable],
    // The ordinary alphabet of base64 is another one.
    [`oms.fJ5meXQlQN6US+B/wfkK5w.${shortOrg}`, unreadable],
  ])('of %j is %j', (text, owner) => {
    expect(ownerOfText(text)).toEqual(owner);
  });
});

describe('the owner in two fields of a payment', () => {
  it.each([
    [tenantId, orgId, named],
    [shortTenant, shortOrg, named],
    [undefined, undefined, unnamed],
    [tenantId, undefined, unreadable],
    [undefined, orgId, unreadable],
    ['', '', unreadable],
    [tenantId, 'shop', unreadable],
    [`${tenantId} `, orgId, unreadable],
  ])('of %j and %j is %j', (tenant, organisation, owner) => {
    expect(ownerOfFields(tenant, organisation)).toEqual(owner);
  });
});
