import { formatAmountMinor } from '@oms/domain';
import { z } from 'zod';

import type { ErpOrder } from '../erp-order.js';
import type { Parties, SaleParty } from './parties.js';
import type { Products } from './products.js';
import { quantitiesInSale, sameLines, saleLinesOf, saleTotalMinor, type SaleLine } from './sale-lines.js';
import { nextStep, targetState, type SaleStanding, type SaleStep } from './sale-plan.js';
import { isPlaceholder, type Sale, type SaleRecords } from './sale-records.js';
import { describeVersion, placeholderVersion, readVersion, updateComment } from './sale-text.js';
import { refused, TrytonFailure } from './tryton-failure.js';
import type { TrytonRpc } from './tryton-rpc.js';
import type { TrytonSettings } from './tryton-settings.js';
import { canonicalDecimal, dateOf } from './tryton-value.js';

/** The content of a sale. Products and addresses are looked up or created once per push. */
interface Content extends SaleParty {
  readonly currencyId: number;
  readonly lines: readonly SaleLine[];
}

/**
 * Above the longest sequence of steps (back to draft, write, quote, confirm), with some room for changes by others.
 */
const maxRounds = 20;

export interface SalePushDependencies {
  readonly rpc: TrytonRpc;
  readonly sales: SaleRecords;
  readonly parties: Parties;
  readonly products: Products;
  readonly settings: TrytonSettings;
}

/**
 * Pushes one order once. Reads the order's sale, takes one step towards the snapshot, and reads again, until no step
 * is left. Each round depends only on what it has read, so a lost answer does no harm.
 *
 * Tryton does not prevent two sales with the same reference. A push therefore first makes an empty placeholder, and
 * fills it only if it then finds no other sale of the order. Of two placeholders, the younger is removed. Filling and
 * removing are conditional on the sale's state at the last read. So of any number of concurrent pushes, at most one
 * sale is ever filled, even if pushes stop at any point.
 */
export class SalePush {
  readonly #deps: SalePushDependencies;
  readonly #order: ErpOrder;
  #content: Content | undefined;

  constructor(deps: SalePushDependencies, order: ErpOrder) {
    this.#deps = deps;
    this.#order = order;
  }

  /**
   * @returns the sale, which matches the order's snapshot or a newer one
   * @throws TrytonFailure
   */
  async run(): Promise<Sale> {
    for (let round = 0; round < maxRounds; round += 1) {
      const sale = await this.#onlySale();
      if (!sale) continue;
      if ((readVersion(sale.description) ?? 0) > this.#order.version) return sale;
      const step = nextStep(await this.#standing(sale), this.#target());
      if (step.kind === 'finished') return sale;
      await this.#take(step, sale);
    }
    throw new TrytonFailure({ kind: 'transient', message: 'The sale keeps being changed in Tryton' });
  }

  /**
   * The only sale of the order. Undefined if there was none or several; the sales were then changed and must be read
   * again.
   */
  async #onlySale(): Promise<Sale | undefined> {
    const all = await this.#deps.sales.findAll(this.#order.id);
    const [first, ...others] = all;
    if (!first) {
      await this.#makePlaceholder();
      return undefined;
    }
    if (others.length === 0) return first;
    const filled = all.filter((sale) => !isPlaceholder(sale));
    if (filled.length > 1) {
      const names = filled.map(({ id, number }) => number ?? `id ${id}`).join(', ');
      throw refused(
        `Tryton has several sales with the reference ${this.#order.id}: ${names}. Only one may have it`,
      );
    }
    const [keep = first] = filled;
    for (const sale of all) {
      if (sale !== keep && isPlaceholder(sale)) await this.#deps.sales.removePlaceholder(sale);
    }
    return undefined;
  }

  async #makePlaceholder(): Promise<void> {
    const { partyId, addressId, currencyId } = await this.#wantedContent();
    await this.#deps.sales.create({
      reference: this.#order.id,
      description: describeVersion(this.#order.number, placeholderVersion),
      party: partyId,
      invoice_address: addressId,
      shipment_address: addressId,
      currency: currencyId,
      lines: [],
    });
  }

  async #take(step: Exclude<SaleStep, { kind: 'finished' }>, sale: Sale): Promise<void> {
    try {
      switch (step.kind) {
        case 'write':
          await this.#deps.sales.write(sale, {
            ...(step.what === 'everything' ? await this.#everything(sale) : {}),
            ...this.#text(sale),
          });
          return;
        case 'press':
          await this.#deps.sales.press(sale, step.button);
          return;
        case 'refuse':
          throw this.#refusal(step.why, sale);
      }
    } catch (error) {
      // Nothing was changed. The next round reads the sale again.
      if (!(error instanceof TrytonFailure) || error.reason !== 'changed_meanwhile') throw error;
    }
  }

  #target(): ReturnType<typeof targetState> {
    return targetState(this.#order.status, this.#deps.settings.confirmFrom);
  }

  #text(sale: Sale): { readonly description: string; readonly comment: string } {
    return {
      description: describeVersion(this.#order.number, this.#order.version),
      comment: updateComment(sale.comment, this.#order),
    };
  }

  async #everything(sale: Sale): Promise<object> {
    const { partyId, addressId, currencyId, lines } = await this.#wantedContent();
    const present = sale['lines.'];
    return {
      party: partyId,
      invoice_address: addressId,
      shipment_address: addressId,
      currency: currencyId,
      sale_date: dateOf(this.#order.createdAt),
      lines: [
        ...(present.length ? [['delete', present.map(({ id }) => id)]] : []),
        ['create', lines.map((line) => ({ type: 'line', ...line }))],
      ],
    };
  }

  async #standing(sale: Sale): Promise<SaleStanding> {
    const text = this.#text(sale);
    const total = canonicalDecimal(
      formatAmountMinor(saleTotalMinor(this.#order), this.#order.currencyExponent),
    );
    return {
      state: sale.state,
      contentIsRight: await this.#contentIsRight(sale),
      textIsRight: sale.description === text.description && sale.comment === text.comment,
      totalIsRight: sale.total_amount === total,
    };
  }

  async #contentIsRight(sale: Sale): Promise<boolean> {
    if (sale.state === 'cancelled') return true;
    const present = sale['lines.'];
    if (sale.state === 'processing' || sale.state === 'done') {
      // The sale is final: no products are created for it, and units that were cancelled since are told by its text.
      const quantityOf = quantitiesInSale(this.#order, present);
      const lines = quantityOf && saleLinesOf(this.#order, { bySku: new Map() }, quantityOf);
      return lines !== undefined && sameLines(lines, present, 'words_and_amounts');
    }
    const wanted = await this.#wantedContent();
    return (
      sale.party === wanted.partyId &&
      sale.invoice_address === wanted.addressId &&
      sale.shipment_address === wanted.addressId &&
      sale.currency === wanted.currencyId &&
      sameLines(wanted.lines, present)
    );
  }

  async #wantedContent(): Promise<Content> {
    this.#content ??= await this.#makeContent();
    return this.#content;
  }

  async #makeContent(): Promise<Content> {
    const { rpc, parties, products } = this.#deps;
    const { currency } = this.#order;
    const [currencyId] = await rpc.call(z.array(z.number()), 'model.currency.currency.search', [
      [['code', '=', currency]],
      0,
      1,
      null,
    ]);
    if (currencyId === undefined) throw refused(`Tryton has no currency ${currency}`);
    const lines = saleLinesOf(this.#order, await products.productsOf(this.#order));
    const partyId = await parties.partyOf(this.#order);
    return { currencyId, lines, partyId, addressId: await parties.addressOf(this.#order, partyId) };
  }

  #refusal(why: Extract<SaleStep, { kind: 'refuse' }>['why'], sale: Sale): TrytonFailure {
    const name = sale.number ? `sale ${sale.number}` : `sale with the id ${sale.id}`;
    switch (why) {
      case 'in_process':
        return refused(
          this.#order.status === 'cancelled'
            ? `The order is cancelled, but Tryton is processing its ${name}; cancel its shipments and invoices there`
            : `Tryton is processing the ${name} with other lines than the order has`,
        );
      case 'cancelled_there':
        return refused(`The ${name} was cancelled in Tryton, but the order is not`);
      case 'total_differs': {
        const { currencyExponent, currency } = this.#order;
        const total = formatAmountMinor(saleTotalMinor(this.#order), currencyExponent);
        return refused(
          `Tryton's total of the ${name} is ${sale.total_amount} ${currency}, the order's is ${total} ${currency}`,
        );
      }
    }
  }
}
