import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { ErpConnector } from '../erp-connector.js';
import type { ErpOrder } from '../erp-order.js';
import { faultAt } from '../testing/fault-proxy.js';
import { callOf, laterOf, lineOf, snapshotOf } from '../testing/order-snapshot.js';
import { steeredTryton, type SteeredTryton } from '../testing/steered-tryton.js';
import { findPython } from '../testing/tryton-installation.js';

const python = await findPython();

describe.skipIf(python === undefined)('a real Tryton', () => {
  let tryton: SteeredTryton;
  beforeAll(async () => {
    tryton = await steeredTryton(python ?? '');
  }, 600_000);
  afterAll(() => tryton.close());
  afterEach(() => {
    tryton.proxy.judge = () => undefined;
  });

  const push = (
    order: ErpOrder,
    connector: ErpConnector = tryton.connect(),
  ): ReturnType<ErpConnector['pushOrder']> => connector.pushOrder(order, callOf(order));
  const saleOf = async (order: ErpOrder): Promise<Record<string, unknown>> => {
    const fields = [
      'state',
      'number',
      'description',
      'comment',
      'party.name',
      'party.code',
      'shipment_address.full_address',
      'sale_date',
      'shipments.state',
      'lines.product',
      'lines.amount',
      'lines.sequence',
    ];
    const [sale] = await tryton.records.find('sale.sale', [['reference', '=', order.id]], fields);
    if (!sale) throw new Error(`there is no sale for ${order.id}`);
    return sale;
  };
  const salesId = (sale: Record<string, unknown>): number => z.number().parse(sale['id']);

  describe('a sale', () => {
    it('follows the order: draft, quotation, confirmed, and Tryton ships it', async () => {
      const pending = snapshotOf({ status: 'pending' });
      const confirmed = laterOf(pending, { status: 'confirmed' });
      const processing = laterOf(confirmed, { status: 'processing' });
      const states = [];
      for (const order of [pending, confirmed, processing]) {
        expect(await push(order)).toMatchObject({ kind: 'done' });
        states.push((await saleOf(order))['state']);
      }
      expect(states).toEqual(['draft', 'quotation', 'processing']);
      expect(await saleOf(processing)).toMatchObject({ 'shipments.': [{ state: 'waiting' }] });
    });

    it('shows people in Tryton the customer, address, day, number and version', async () => {
      const order = snapshotOf();
      await push(order);
      expect(await saleOf(order)).toMatchObject({
        description: `${order.number} · version 3`,
        'party.': { name: 'Ada Lovelace', code: order.customer?.id },
        'shipment_address.': { full_address: expect.stringContaining('12 St James’s Square') as string },
        sale_date: { __class__: 'date', year: 2026, month: 11, day: 2 },
      });
    });

    it('shows shipments after its confirmation, without other changes', async () => {
      const processing = snapshotOf({ status: 'processing' });
      await push(processing);
      const [line] = processing.lines;
      const shipped = laterOf(processing, {
        status: 'shipped',
        shipments: [
          {
            id: 's1',
            carrier: 'ups',
            trackingNumber: '1Z9',
            shippedAt: '2026-11-03T08:00:00.000Z',
            lines: [{ lineId: line?.id ?? '', quantity: 2 }],
          },
        ],
      });
      expect(await push(shipped)).toMatchObject({ kind: 'done' });
      expect((await saleOf(shipped))['comment']).toContain('by ups 1Z9');
      expect((await saleOf(shipped))['state']).toBe('processing');
    });

    it('can be confirmed together with the order', async () => {
      const order = snapshotOf();
      expect(await push(order, tryton.connect({ confirmFrom: 'confirmed' }))).toMatchObject({ kind: 'done' });
      expect((await saleOf(order))['state']).toBe('processing');
    });

    it('that Tryton processes → is not cancelled, but shows the cancellation of the order', async () => {
      const order = snapshotOf({ status: 'processing' });
      await push(order);
      const cancelled = laterOf(order, { status: 'cancelled', cancellationReason: 'out_of_stock' });
      expect(await push(cancelled)).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('cancel its shipments and invoices there') as string,
      });
      expect((await saleOf(order))['comment']).toContain('Cancelled: out_of_stock');
    });

    it('has fewer units and less money when units are cancelled before its confirmation', async () => {
      const line = lineOf({ quantity: 3, unitPriceMinor: 1_000, taxRateMillionths: 100_000 });
      const order = snapshotOf({ lines: [line], discountMinor: 100, taxMinor: 0, shippingMinor: 500 });
      await push(order);
      // 29.00 + 2.90 + 5.00.
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ total: '36.90', lines: [{ quantity: 3 }] }]);
      const cancelled = laterOf(order, { lines: [{ ...line, cancelled: 2 }] });
      expect(await push(cancelled)).toMatchObject({ kind: 'done' });
      // Two of three units are worth 21.26.
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ total: '15.64', lines: [{ quantity: 1 }] }]);
      expect((await saleOf(order))['state']).toBe('quotation');
    });

    it('that Tryton processes → keeps units that are cancelled then, and tells of them', async () => {
      const line = lineOf({ sku: `HAT-${Date.now()}`, quantity: 5, cancelled: 1 });
      const order = snapshotOf({ lines: [line], status: 'processing' });
      await push(order);
      const cancelled = laterOf(order, {
        lines: [{ ...line, cancelled: 3, shipped: 2 }],
        ...{ status: 'shipped', paymentStatus: 'partially_refunded', refundedMinor: 14_850 },
        cancellations: [
          {
            ...{ id: 'c', amountMinor: 9_900, cancelledAt: '2026-11-03T08:00:00.000Z' },
            lines: [{ lineId: line.id, quantity: 2, amountMinor: 9_900 }],
          },
        ],
      });
      expect(await push(cancelled)).toMatchObject({ kind: 'done' });
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ version: 4, lines: [{ quantity: 4 }] }]);
      expect((await saleOf(order))['comment']).toContain(
        `Units cancelled 2026-11-03T08:00:00.000Z: 2 × ${line.sku ?? ''}, 99.00 USD`,
      );
    });

    it('keeps the text of people in its comment', async () => {
      const order = snapshotOf({ status: 'pending' });
      await push(order);
      const sale = await saleOf(order);
      const comment = `Gift!\n${z.string().parse(sale['comment'])}`;
      await tryton.records.call('model.sale.sale.write', [salesId(sale)], { comment });
      const later = laterOf(order, { status: 'confirmed' });
      expect(await push(later)).toMatchObject({ kind: 'done' });
      expect((await saleOf(order))['comment']).toMatch(/^Gift!\n--- from order management/);
    });

    it('that a person changes at the same moment keeps both changes', async () => {
      const order = snapshotOf({ status: 'pending' });
      await push(order);
      const sale = await saleOf(order);
      const later = laterOf(order, { lines: [lineOf({ title: 'Hat' })] });
      let interfered = 0;
      tryton.proxy.judge = async (body) => {
        if (!body.includes('"method":"model.sale.sale.write"') || interfered > 0) return undefined;
        interfered += 1;
        await tryton.records.call('model.sale.sale.write', [salesId(sale)], { comment: 'Gift!' });
        return undefined;
      };
      expect(await push(later)).toMatchObject({ kind: 'done' });
      expect(interfered).toBe(1);
      const after = await saleOf(order);
      expect(after['comment']).toMatch(/^Gift!/);
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ version: 4, lines: [{ title: 'Hat' }] }]);
    });

    it('holds an order of 500 lines', async () => {
      const lines = Array.from({ length: 500 }, (_, index) =>
        lineOf({ sku: 'MANY', title: `Thing ${index}`, quantity: 1 }),
      );
      const order = snapshotOf({ lines, taxMinor: 0, shippingMinor: 0 });
      expect(await push(order)).toMatchObject({ kind: 'done' });
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ total: '24750.00' }]);
      expect(await push(order)).toMatchObject({ kind: 'done' });
    });
  });

  describe('an order whose total differs in Tryton', () => {
    it('is not confirmed, and the refusal names the difference', async () => {
      // This Tryton has two decimals for the currency; the order has three.
      const order = snapshotOf({
        currency: 'KWD',
        currencyExponent: 3,
        lines: [lineOf({ unitPriceMinor: 1_001, quantity: 1 })],
        taxMinor: 0,
        shippingMinor: 0,
      });
      expect(await push(order)).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/is 1(?:\.00)? KWD, the order's is 1\.001 KWD/) as string,
      });
      expect((await saleOf(order))['state']).toBe('draft');
    });

    it('two sales of one order → refused, and neither is changed', async () => {
      const order = snapshotOf();
      await push(order);
      const [copy] = z
        .array(z.number())
        .parse(await tryton.records.call('model.sale.sale.copy', [salesId(await saleOf(order))]));
      await tryton.records.call('model.sale.sale.write', [copy], { reference: order.id });
      expect(await push(laterOf(order))).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('several sales') as string,
      });
    });

    it('a placeholder of an earlier push is used, and further ones are removed', async () => {
      const order = snapshotOf();
      const other = snapshotOf();
      await push(other);
      const [{ party, currency } = { party: 0, currency: 0 }] = z
        .array(z.object({ party: z.number(), currency: z.number() }))
        .parse(await tryton.records.find('sale.sale', [['reference', '=', other.id]], ['party', 'currency']));
      const placeholder = {
        reference: order.id,
        description: `${order.number} · version 0`,
        party,
        currency,
      };
      await tryton.records.call('model.sale.sale.create', [placeholder, placeholder, placeholder]);
      expect(await push(order)).toMatchObject({ kind: 'done' });
      expect(await tryton.ordersOf(order.id)).toMatchObject([{ version: 3, total: '111.92' }]);
    });

    it('a sale that a person cancelled stays cancelled, and the refusal says so', async () => {
      const order = snapshotOf();
      await push(order);
      await tryton.records.call('model.sale.sale.cancel', [salesId(await saleOf(order))]);
      expect(await push(laterOf(order, { status: 'processing' }))).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('was cancelled in Tryton') as string,
      });
    });

    it.each([
      ['a currency', { currency: 'XAU' }, 'no currency XAU'],
      ['a product for tax', {}, 'NO-SUCH, which stands for tax'],
    ])('%s that Tryton does not have is named', async (_name, changes, message) => {
      const connector = tryton.connect(
        'currency' in changes ? {} : { adjustmentProducts: { tax: 'NO-SUCH' } },
      );
      expect(await push(snapshotOf(changes), connector)).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(message) as string,
      });
    });
  });

  it('that does not answer in time → unknown, and one order after another push', async () => {
    const order = snapshotOf();
    tryton.proxy.judge = faultAt(1, (body) => body.includes('model.sale.sale.create'), 'hang');
    expect(await push(order, tryton.connect({}, { timeoutMs: 3_000 }))).toMatchObject({ kind: 'unknown' });
    tryton.proxy.judge = () => undefined;
    expect(await push(order)).toMatchObject({ kind: 'done' });
    expect(await tryton.ordersOf(order.id)).toHaveLength(1);
  });

  it('that lacks the accounting category → the test of the connection says so', async () => {
    const connector = tryton.connect({ products: { policy: 'create', accountCategory: 'Nothing' } });
    expect(await connector.testConnection()).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('"Nothing"') as string,
    });
  });
});
