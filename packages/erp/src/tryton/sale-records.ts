import { z } from 'zod';

import type { SaleState } from './sale-plan.js';
import { placeholderVersion, readVersion } from './sale-text.js';
import type { ReadSaleLine } from './sale-lines.js';
import { changedMeanwhile, TrytonFailure } from './tryton-failure.js';
import type { TrytonRpc } from './tryton-rpc.js';
import { decimalSchema } from './tryton-value.js';

const states = [
  'draft',
  'quotation',
  'confirmed',
  'processing',
  'done',
  'cancelled',
] as const satisfies readonly SaleState[];

const lineSchema = z.object({
  id: z.number(),
  sequence: z.number().nullable(),
  description: z.string().nullable(),
  quantity: z.number().nullable(),
  unit_price: decimalSchema.nullable(),
  product: z.number().nullable(),
  unit: z.number().nullable(),
}) satisfies z.ZodType<ReadSaleLine>;

const saleSchema = z.object({
  id: z.number(),
  number: z.string().nullable(),
  state: z.enum(states),
  description: z.string().nullable(),
  comment: z.string().nullable(),
  party: z.number(),
  currency: z.number(),
  invoice_address: z.number().nullable(),
  shipment_address: z.number().nullable(),
  total_amount: decimalSchema,
  'lines.': z.array(lineSchema),
  _timestamp: z.string(),
});

/** A sale in Tryton. */
export type Sale = z.output<typeof saleSchema>;

/** Reads a sale and its lines in one request, which sees both at the same moment. */
const saleFields = Object.keys(saleSchema.shape).flatMap((field) =>
  field === 'lines.' ? Object.keys(lineSchema.shape).map((name) => `lines.${name}`) : [field],
);

/** Whether a sale is still empty, so that removing it loses nothing. */
export function isPlaceholder(sale: Sale): boolean {
  return (
    sale.state === 'draft' && sale.number === null && readVersion(sale.description) === placeholderVersion
  );
}

/**
 * Reads and changes the sales in Tryton. The `reference` of a sale is this system's order id. A change is conditional
 * on the sale's state at its last read (Tryton's `_timestamp`). If the sale has changed since, nothing happens, and
 * the failure's reason is `changed_meanwhile`.
 */
export class SaleRecords {
  readonly #rpc: TrytonRpc;

  constructor(rpc: TrytonRpc) {
    this.#rpc = rpc;
  }

  /** All sales of an order, the oldest first. More than one is a fault, or the result of concurrent pushes. */
  async findAll(orderId: string): Promise<Sale[]> {
    const { company } = await this.#rpc.context();
    const domain = [
      ['reference', '=', orderId],
      ['company', '=', company],
    ];
    const sales = await this.#searchRead(saleSchema, 'sale.sale', domain, saleFields);
    return sales.sort((a, b) => a.id - b.id);
  }

  async create(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#rpc.call(z.array(z.number()), 'model.sale.sale.create', [[values]]);
  }

  async write(sale: Sale, values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#change(sale, 'write', [values]);
  }

  async press(sale: Sale, button: 'draft' | 'quote' | 'confirm' | 'cancel'): Promise<void> {
    await this.#change(sale, button, []);
  }

  /** Removes a placeholder. It is not a failure if the placeholder is gone or was changed; the caller reads again. */
  async removePlaceholder(sale: Sale): Promise<void> {
    try {
      await this.#change(sale, 'delete', []);
    } catch (error) {
      const harmless = error instanceof TrytonFailure && error.reason === 'changed_meanwhile';
      if (!harmless) throw error;
    }
  }

  async #change(sale: Sale, method: string, params: readonly unknown[]): Promise<void> {
    try {
      await this.#rpc.call(z.unknown(), `model.sale.sale.${method}`, [[sale.id], ...params], unchanged(sale));
    } catch (error) {
      if (!(error instanceof TrytonFailure) || error.reason !== 'rule_broken') throw error;
      // Tryton checks some of its rules, and the existence of the record, before the condition.
      if (await this.#isUnchanged(sale)) throw error;
      throw changedMeanwhile();
    }
  }

  async #isUnchanged(sale: Sale): Promise<boolean> {
    const shape = z.object({ _timestamp: z.string() });
    const [now] = await this.#searchRead(shape, 'sale.sale', [['id', '=', sale.id]], ['_timestamp']);
    return now?._timestamp === sale._timestamp;
  }

  /**
   * Searches and reads records. If a record is removed between the two, both fail with the error of a broken rule,
   * which is temporary. A missing right of the user gives the same error every time.
   */
  async #searchRead<Shape>(
    shape: z.ZodType<Shape>,
    model: string,
    domain: unknown,
    fields: readonly string[],
  ): Promise<Shape[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const params = [domain, 0, null, [['id', 'ASC']], fields];
        return await this.#rpc.call(z.array(shape), `model.${model}.search_read`, params);
      } catch (error) {
        const mayPass = error instanceof TrytonFailure && error.reason === 'rule_broken';
        if (!mayPass || attempt === mostReads) throw error;
      }
    }
  }
}

const mostReads = 5;

function unchanged(sale: Sale): object & Record<string, unknown> {
  return { _timestamp: { [`sale.sale,${sale.id}`]: sale._timestamp } };
}
