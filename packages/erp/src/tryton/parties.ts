import { z } from 'zod';

import type { ErpOrder } from '../erp-order.js';
import { refused, TrytonFailure } from './tryton-failure.js';
import type { TrytonRpc } from './tryton-rpc.js';
import type { TrytonSettings } from './tryton-settings.js';

const idsSchema = z.array(z.number());

const addressFields = ['party_name', 'street', 'postal_code', 'city', 'country'] as const;
const addressSchema = z.object({
  id: z.number(),
  party_name: z.string().nullable(),
  street: z.string().nullable(),
  postal_code: z.string().nullable(),
  city: z.string().nullable(),
  country: z.number().nullable(),
});
type AddressValues = Omit<z.output<typeof addressSchema>, 'id'>;

/** The customer and the shipping address of a sale. */
export interface SaleParty {
  readonly partyId: number;
  readonly addressId: number;
}

/** Finds the parties and addresses of orders in Tryton. Creates missing ones if the settings say so. */
export class Parties {
  readonly #rpc: TrytonRpc;
  readonly #settings: TrytonSettings;

  constructor(rpc: TrytonRpc, settings: TrytonSettings) {
    this.#rpc = rpc;
    this.#settings = settings;
  }

  /**
   * Finds or creates the party whose code is the customer's id. Codes are unique in Tryton: of two concurrent
   * creations one fails, and then finds the other's party.
   */
  async partyOf(order: ErpOrder): Promise<number> {
    const { guestPartyCode, parties } = this.#settings;
    const code = order.customer?.id.trim() ?? guestPartyCode ?? order.id;
    const present = await this.#find(code);
    if (present !== undefined) return present;
    const isGuest = !order.customer && guestPartyCode !== undefined;
    if (isGuest || parties.policy === 'refuse') throw refused(`Tryton has no party with the code ${code}`);
    try {
      const [made] = await this.#rpc.call(idsSchema, 'model.party.party.create', [[newParty(order, code)]]);
      if (made !== undefined) return made;
    } catch (error) {
      if (!(error instanceof TrytonFailure) || error.reason !== 'rule_broken') throw error;
      const other = await this.#find(code);
      if (other !== undefined) return other;
      throw error;
    }
    throw refused(`Tryton made no party with the code ${code}`);
  }

  /**
   * Finds or creates the party's address that equals the order's. Tryton needs an address for a quotation, even an
   * empty one. Searches again after a creation: of two concurrent creations, both pushes use the older address.
   */
  async addressOf(order: ErpOrder, partyId: number): Promise<number> {
    const wanted = await this.#addressValues(order);
    const present = await this.#findAddress(wanted, partyId);
    if (present !== undefined) return present;
    await this.#rpc.call(idsSchema, 'model.party.address.create', [[{ ...wanted, party: partyId }]]);
    const made = await this.#findAddress(wanted, partyId);
    if (made === undefined) throw refused('Tryton changes the address of the order to another one');
    return made;
  }

  async #findAddress(wanted: AddressValues, partyId: number): Promise<number | undefined> {
    const ids = await this.#rpc.call(idsSchema, 'model.party.address.search', [
      [['party', '=', partyId]],
      0,
      1_000,
      [['id', 'ASC']],
    ]);
    if (ids.length === 0) return undefined;
    const present = await this.#rpc.call(z.array(addressSchema), 'model.party.address.read', [
      ids,
      ['id', ...addressFields],
    ]);
    return present
      .sort((a, b) => a.id - b.id)
      .find((address) => addressFields.every((field) => (address[field] ?? '') === (wanted[field] ?? '')))
      ?.id;
  }

  async #find(code: string): Promise<number | undefined> {
    const [id] = await this.#rpc.call(idsSchema, 'model.party.party.search', [
      [['code', '=', code]],
      0,
      1,
      null,
    ]);
    return id;
  }

  async #addressValues({ shippingAddress: address }: ErpOrder): Promise<AddressValues> {
    const country = address ? await this.#country(address.country) : undefined;
    // A state or country that is not in Tryton's tables becomes a part of the street.
    const unknownCountry = address && country === undefined ? address.country : undefined;
    const street = [address?.company, address?.line1, address?.line2, address?.state, unknownCountry];
    return {
      party_name: clean(address?.name),
      street: clean(street.map(clean).filter(Boolean).join('\n')),
      postal_code: clean(address?.postalCode),
      city: clean(address?.city),
      country: country ?? null,
    };
  }

  async #country(code: string): Promise<number | undefined> {
    const [id] = await this.#rpc.call(idsSchema, 'model.country.country.search', [
      [['code', '=', code]],
      0,
      1,
      null,
    ]);
    return id;
  }
}

function newParty({ customer, shippingAddress, number }: ErpOrder, code: string): object {
  const email = customer?.email ?? shippingAddress?.email;
  return {
    name: customer?.name ?? shippingAddress?.name ?? shippingAddress?.company ?? `Customer of ${number}`,
    code,
    ...(email ? { contact_mechanisms: [['create', [{ type: 'email', value: email }]]] } : {}),
  };
}

function clean(text: string | undefined): string | null {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}
