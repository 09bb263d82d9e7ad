import type { Address } from '@oms/domain';
import { z } from 'zod';

import { namedResources } from './named-schemas.js';

/** A postal address. */
export const addressResource = z
  .strictObject({
    name: z.string().nullable(),
    company: z.string().nullable(),
    line1: z.string(),
    line2: z.string().nullable(),
    city: z.string(),
    state: z.string().nullable(),
    postal_code: z.string().nullable(),
    country: z.string().meta({ description: 'ISO 3166-1, two letters in upper case.' }),
    phone: z.string().nullable(),
    email: z.string().nullable(),
  })
  .register(namedResources, { id: 'Address' });

/** Renders an address. */
export function renderAddress(address: Address): z.output<typeof addressResource> {
  return {
    name: address.name ?? null,
    company: address.company ?? null,
    line1: address.line1,
    line2: address.line2 ?? null,
    city: address.city,
    state: address.state ?? null,
    postal_code: address.postalCode ?? null,
    country: address.country,
    phone: address.phone ?? null,
    email: address.email ?? null,
  };
}
