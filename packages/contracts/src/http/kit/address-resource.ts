import type { Address } from '@oms/domain';
import { z } from 'zod';

import { namedResources } from './named-schemas.js';

/** The fields of a place: an address without the people there. */
export const placeResourceFields = {
  line1: z.string(),
  line2: z.string().nullable(),
  city: z.string(),
  state: z.string().nullable(),
  postal_code: z.string().nullable(),
  country: z.string().meta({ description: 'ISO 3166-1, two letters in upper case.' }),
};

/** A postal address. */
export const addressResource = z
  .strictObject({
    name: z.string().nullable(),
    company: z.string().nullable(),
    ...placeResourceFields,
    phone: z.string().nullable(),
    email: z.string().nullable(),
  })
  .register(namedResources, { id: 'Address' });

/** Renders the place of an address. */
export function renderPlace(address: Omit<Address, 'name' | 'company' | 'phone' | 'email'>) {
  return {
    line1: address.line1,
    line2: address.line2 ?? null,
    city: address.city,
    state: address.state ?? null,
    postal_code: address.postalCode ?? null,
    country: address.country,
  };
}

/** Renders an address. */
export function renderAddress(address: Address): z.output<typeof addressResource> {
  return {
    name: address.name ?? null,
    company: address.company ?? null,
    ...renderPlace(address),
    phone: address.phone ?? null,
    email: address.email ?? null,
  };
}
