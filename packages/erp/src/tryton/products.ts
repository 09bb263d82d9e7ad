import { z } from 'zod';

import type { ErpOrder, ErpOrderLine } from '../erp-order.js';
import { codeOf, type OrderProducts, type TrytonProduct } from './sale-lines.js';
import { refused, TrytonFailure } from './tryton-failure.js';
import type { TrytonRpc } from './tryton-rpc.js';
import type { TrytonSettings } from './tryton-settings.js';
import { decimalOf } from './tryton-value.js';

const idsSchema = z.array(z.number());
const productSchema = z.object({ id: z.number(), code: z.string(), sale_uom: z.number().nullable() });

/** Finds the products of orders in Tryton by their codes. Creates missing products if the settings say so. */
export class Products {
  readonly #rpc: TrytonRpc;
  readonly #settings: TrytonSettings;

  constructor(rpc: TrytonRpc, settings: TrytonSettings) {
    this.#rpc = rpc;
    this.#settings = settings;
  }

  async productsOf(order: ErpOrder): Promise<OrderProducts> {
    const { products, adjustmentProducts } = this.#settings;
    const lines = byCode(order.lines);
    const unnamed = order.lines.find((line) => codeOf(line.sku) === undefined);
    if (unnamed && products.policy === 'refuse') throw refused(`The line "${unnamed.title}" has no SKU`);
    const named = Object.values(adjustmentProducts).filter((code) => code !== undefined);
    const codes = [...lines.keys(), ...named];
    let found = await this.#find(codes);
    for (;;) {
      const missing = [...lines].filter(([code]) => !found.has(code));
      if (missing.length === 0) break;
      if (products.policy === 'refuse') {
        const names = missing.map(([code]) => code).join(', ');
        throw refused(`Tryton has no product with the code ${names}`);
      }
      const failure = await this.#create(missing, order.currencyExponent, products.accountCategory);
      const before = found.size;
      found = await this.#find(codes);
      // Codes are unique. If all missing products are still missing, no concurrent push has created them.
      if (found.size === before) throw failure ?? refused('Tryton gives new products other codes');
    }
    return { bySku: found, ...adjustments(adjustmentProducts, found) };
  }

  /** @throws TrytonFailure `refused` if the category of new products does not exist */
  async checkAccountCategory(): Promise<void> {
    const { products } = this.#settings;
    if (products.policy === 'create') await this.#accountCategory(products.accountCategory);
  }

  /** Finds the oldest product of each code. */
  async #find(codes: readonly string[]): Promise<Map<string, TrytonProduct>> {
    const found = new Map<string, TrytonProduct>();
    if (codes.length === 0) return found;
    const ids = await this.#rpc.call(idsSchema, 'model.product.product.search', [
      [['code', 'in', codes]],
      0,
      null,
      [['id', 'ASC']],
    ]);
    const fields = Object.keys(productSchema.shape);
    const read = ids.length
      ? await this.#rpc.call(z.array(productSchema), 'model.product.product.read', [ids, fields])
      : [];
    for (const { id, code, sale_uom: unitId } of read.sort((a, b) => a.id - b.id)) {
      if (unitId === null) throw refused(`Tryton's product ${code} has no unit to be sold in`);
      if (!found.has(code)) found.set(code, { id, unitId });
    }
    return found;
  }

  /** @returns the failure, if a rule of Tryton prevents the creation */
  async #create(
    missing: readonly (readonly [string, ErpOrderLine])[],
    exponent: number,
    categoryName: string,
  ): Promise<TrytonFailure | undefined> {
    const category = await this.#accountCategory(categoryName);
    const unit = await this.#unit();
    const templates = missing.map(([code, line]) => ({
      name: line.title,
      type: line.requiresShipping ? 'goods' : 'service',
      default_uom: unit,
      salable: true,
      sale_uom: unit,
      list_price: decimalOf(line.unitPriceMinor, exponent),
      account_category: category,
      products: [['create', [{ suffix_code: code }]]],
    }));
    try {
      await this.#rpc.call(idsSchema, 'model.product.template.create', [templates]);
      return undefined;
    } catch (error) {
      if (error instanceof TrytonFailure && error.reason === 'rule_broken') return error;
      throw error;
    }
  }

  async #accountCategory(name: string): Promise<number> {
    const [id] = await this.#rpc.call(idsSchema, 'model.product.category.search', [
      [
        ['name', '=', name],
        ['accounting', '=', true],
      ],
      0,
      1,
      null,
    ]);
    if (id === undefined) throw refused(`Tryton has no accounting category "${name}" for new products`);
    return id;
  }

  /** Finds Tryton's unit for pieces, by its symbol, because its name is translated. */
  async #unit(): Promise<number> {
    const [id] = await this.#rpc.call(idsSchema, 'model.product.uom.search', [
      [['symbol', '=', 'u']],
      0,
      1,
      null,
    ]);
    if (id === undefined) throw refused('Tryton has no unit with the symbol "u" for new products');
    return id;
  }
}

function byCode(lines: readonly ErpOrderLine[]): Map<string, ErpOrderLine> {
  const first = new Map<string, ErpOrderLine>();
  for (const line of lines) {
    const code = codeOf(line.sku);
    if (code !== undefined && !first.has(code)) first.set(code, line);
  }
  return first;
}

function adjustments(
  codes: TrytonSettings['adjustmentProducts'],
  found: ReadonlyMap<string, TrytonProduct>,
): Partial<Record<'discount' | 'tax' | 'shipping', TrytonProduct>> {
  const products: Partial<Record<'discount' | 'tax' | 'shipping', TrytonProduct>> = {};
  for (const kind of ['discount', 'tax', 'shipping'] as const) {
    const code = codes[kind];
    if (code === undefined) continue;
    const product = found.get(code);
    if (!product) throw refused(`Tryton has no product with the code ${code}, which stands for ${kind}`);
    products[kind] = product;
  }
  return products;
}
