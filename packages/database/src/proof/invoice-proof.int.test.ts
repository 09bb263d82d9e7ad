import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { OrderToRecord } from '../orders/order-recorder.js';
import { reconcileRefunds, type RefundAtProvider } from '../returns/refund-facts.js';
import { createInvoicing } from '../testing/invoicing.js';
import { apply, confirmedOrder } from '../testing/living-orders.js';
import { newScope, serviceLine } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('the proof of an order and its invoice', () => {
  let test: TestDatabase;
  let invoicing: ReturnType<typeof createInvoicing>;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });
  beforeEach(() => {
    invoicing = createInvoicing(test, newScope());
  });

  /** The refunds as their provider has them. */
  const reconcile = (
    order: OrderToRecord,
    ...refunds: readonly (Omit<RefundAtProvider, 'state'> & Partial<RefundAtProvider>)[]
  ) =>
    reconcileRefunds(
      test.database,
      order,
      refunds.map((refund) => ({ state: 'succeeded', ...refund })),
      { type: 'provider', id: 'stripe' },
    );

  it('balances for a paid invoice with one credit note per refund', async () => {
    const order = await invoicing.confirmed();
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      status: 'paid',
      totalMinor: 3_000,
      creditedMinor: 0,
    });
    const [first, second] = [await invoicing.refund(order, 1_000), await invoicing.refund(order, 1)];
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'paid', paidMinor: 3_000, creditedMinor: 1_001 },
      creditNotes: [
        { reason: 'refund', refundId: first, amountMinor: 1_000 },
        { reason: 'refund', refundId: second, amountMinor: 1 },
      ],
    });
    expect(await invoicing.proofOf(order)).toMatchObject({
      faults: [],
      invoice: { status: 'paid', totalMinor: 3_000, paidMinor: 3_000, creditedMinor: 1_001 },
    });
  });

  it('balances after refunds at the provider itself, each with its credit note', async () => {
    const order = await invoicing.confirmed();
    const own = await invoicing.refund(order, 500);
    await reconcile(order, { refundId: 're_1', amountMinor: 700 }, { refundId: 're_2', amountMinor: 1 });
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'paid', creditedMinor: 1_201 },
      creditNotes: [
        { reason: 'refund', refundId: own, amountMinor: 500 },
        { reason: 'refund', amountMinor: 700 },
        { reason: 'refund', amountMinor: 1 },
      ],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after refunds that fail, own and at the provider: each credit note is taken back once', async () => {
    const order = await invoicing.confirmed();
    const own = await invoicing.refund(order, 500);
    await reconcile(order, { refundId: 're_1', amountMinor: 700 });
    const failed = [
      { refundId: own, amountMinor: 500, state: 'failed' },
      { refundId: 're_1', amountMinor: 700, state: 'failed' },
    ] as const;
    for (const _ of ['once', 'again']) await reconcile(order, ...failed);
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'paid', creditedMinor: 0 },
      creditNotes: [
        { amountMinor: 500 },
        { amountMinor: 700 },
        { reason: 'refund_failed', refundId: own, amountMinor: -500 },
        { reason: 'refund_failed', amountMinor: -700 },
      ],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
    // The refund that replaces both is credited in full.
    await invoicing.refund(order, 1_200);
    expect(await invoicing.invoiceOf(order)).toMatchObject({ creditedMinor: 1_200 });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances where a refund fails after the cancellation: nothing of a void invoice is taken back', async () => {
    const order = await invoicing.confirmed();
    const own = await invoicing.refund(order, 1_234);
    await invoicing.giveBack(order, 1_766);
    await invoicing.cancel(order);
    await reconcile(order, { refundId: own, amountMinor: 1_234, state: 'failed' });
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'void', creditedMinor: 3_000 },
      creditNotes: [{ amountMinor: 1_234 }, { reason: 'order_cancelled', amountMinor: 1_766 }],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after a cancellation, which credits exactly the rest of the invoice', async () => {
    const order = await invoicing.confirmed();
    await invoicing.refund(order, 1_234);
    await invoicing.giveBack(order, 1_766);
    await invoicing.cancel(order);
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'void', creditedMinor: 3_000 },
      creditNotes: [{ amountMinor: 1_234 }, { reason: 'order_cancelled', amountMinor: 1_766 }],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after the cancellation of a fully credited order, without another credit note', async () => {
    const order = await invoicing.confirmed();
    await invoicing.refund(order, 3_000);
    await invoicing.cancel(order);
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      status: 'void',
      creditNotes: [{ amountMinor: 3_000 }],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after cancellations: a draft is voided without a credit note, a partly paid invoice is credited in full', async () => {
    const [draft, partly] = [await invoicing.billed(), await invoicing.billed()];
    expect(await invoicing.pay(partly, 400)).toMatchObject({ kind: 'applied' });
    await invoicing.cancel(draft);
    await invoicing.cancel(partly);
    expect(await invoicing.invoiceOf(draft)).toMatchObject({
      status: 'void',
      creditedMinor: 0,
      creditNotes: [],
    });
    expect(await invoicing.invoiceOf(partly)).toMatchObject({
      ...{ status: 'void', paidMinor: 400, creditedMinor: 1_000 },
      creditNotes: [{ reason: 'order_cancelled', amountMinor: 1_000 }],
    });
    expect(await invoicing.pay(partly, 1)).toMatchObject({
      kind: 'refused',
      message: 'an invoice that is void takes no payments',
    });
    expect([await invoicing.faultsOf(draft), await invoicing.faultsOf(partly)]).toEqual([[], []]);
  });

  it('balances after cancelled units of an order that pays by invoice, which are credited and have not to be paid', async () => {
    const order = await invoicing.billedUnits();
    const first = await invoicing.cancelUnits(order, 2);
    expect(await invoicing.invoiceOf(order)).toMatchObject({ status: 'draft', creditNotes: [] });
    // The first payment issues the invoice, which credits 2 × 10.00. 50.00 − 20.00 − 10.00 are due.
    expect(await invoicing.pay(order, 1_000)).toMatchObject({ kind: 'applied' });
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{
        status: 'issued',
        totalMinor: 5_000,
        paidMinor: 1_000,
        creditedMinor: 2_000,
        cancelledMinor: 2_000,
      },
      creditNotes: [{ reason: 'units_cancelled', cancellationId: first, amountMinor: 2_000 }],
    });
    expect(await invoicing.pay(order, 2_001)).toMatchObject({
      ...{ kind: 'refused', message: 'the payment is more than what is due' },
    });
    const second = await invoicing.cancelUnits(order, 1);
    expect(await invoicing.pay(order, 1_001)).toMatchObject({ kind: 'refused' });
    expect(await invoicing.pay(order, 1_000)).toMatchObject({ kind: 'applied' });
    const paid = { status: 'paid', paidMinor: 2_000, creditedMinor: 3_000 };
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...paid,
      creditNotes: [{ cancellationId: first }, { cancellationId: second, amountMinor: 1_000 }],
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
    // A unit that was paid for is credited, and nothing is due.
    await invoicing.cancelUnits(order, 1);
    expect(await invoicing.invoiceOf(order)).toMatchObject({ ...paid, creditedMinor: 4_000 });
    expect(await invoicing.faultsOf(order)).toEqual([]);
    await invoicing.cancel(order);
    expect(await invoicing.invoiceOf(order)).toMatchObject({ status: 'void', creditedMinor: 5_000 });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('goods that nobody got are not billed: a draft is void, an issued invoice credited in full', async () => {
    const [draft, issued] = [await invoicing.billedGoods(), await invoicing.billedGoods()];
    await invoicing.moveByHand(issued, 'issue_invoice');
    // One of five units is cancelled before the others are lost.
    await invoicing.cancelUnits(issued, 1);
    await invoicing.lose(draft, ['missing', 'damaged', 'missing', 'missing', 'damaged']);
    await invoicing.lose(issued, ['missing', 'missing', 'missing', 'missing']);
    expect(await invoicing.invoiceOf(draft)).toMatchObject({ status: 'void', creditNotes: [] });
    // 10.00 for the cancelled unit, 40.00 for the four that are lost.
    expect(await invoicing.invoiceOf(issued)).toMatchObject({
      ...{ status: 'void', creditedMinor: 5_000 },
      creditNotes: [
        { reason: 'units_cancelled', amountMinor: 1_000 },
        { reason: 'order_undelivered', amountMinor: 4_000 },
      ],
    });
    for (const order of [draft, issued]) {
      expect(await invoicing.proofOf(order)).toMatchObject({ status: 'closed', faults: [] });
    }
  });

  it('goods of which a unit arrived, or that were paid for, are billed', async () => {
    const [arrived, paid] = [await invoicing.billedGoods(), await invoicing.billedGoods()];
    await invoicing.lose(arrived, ['delivered', 'missing', 'missing', 'missing', 'missing']);
    await apply(test.database, arrived, { type: 'close' });
    await invoicing.pay(paid, 1_000);
    await invoicing.lose(paid, ['missing', 'missing', 'missing', 'missing', 'missing']);
    for (const order of [arrived, paid]) {
      expect(await invoicing.invoiceOf(order)).toMatchObject({ status: 'issued', creditNotes: [] });
      expect(await invoicing.proofOf(order)).toMatchObject({ status: 'closed', faults: [] });
    }
  });

  it('an issued invoice becomes paid by the cancellation of the units that are not paid for', async () => {
    const order = await invoicing.billedUnits();
    await invoicing.pay(order, 3_000);
    await invoicing.cancelUnits(order, 2);
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'paid', paidMinor: 3_000, creditedMinor: 2_000 },
      paidAt: expect.any(String) as string,
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after a voided invoice and the cancellation of its order, with a single credit note', async () => {
    const order = await invoicing.billed();
    expect(await invoicing.moveByHand(order, 'issue_invoice')).toMatchObject({ kind: 'applied' });
    expect(await invoicing.moveByHand(order, 'void_invoice')).toMatchObject({ kind: 'applied' });
    await invoicing.cancel(order);
    expect(await invoicing.invoiceOf(order)).toMatchObject({
      ...{ status: 'void', creditNotes: [{ reason: 'invoice_voided', amountMinor: 1_000 }] },
    });
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('balances after a reversed capture, which reopens the invoice, and a second capture, which pays it', async () => {
    const order = await invoicing.confirmed();
    await invoicing.takeBack(order);
    const issued = await invoicing.invoiceOf(order);
    expect(issued).toMatchObject({ status: 'issued', paidMinor: 0, creditedMinor: 0 });
    expect(issued).not.toHaveProperty('paidAt');
    expect(await invoicing.paymentsOf(order)).toEqual([3_000, -3_000]);
    expect(await invoicing.faultsOf(order)).toEqual([]);
    await invoicing.captureAgain(order, 3_000);
    expect(await invoicing.invoiceOf(order)).toMatchObject({ status: 'paid', paidMinor: 3_000 });
    expect(await invoicing.paymentsOf(order)).toEqual([3_000, -3_000, 3_000]);
    expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  it('keeps refunded money paid after a reversed capture, and allows a cancellation or a payment by hand', async () => {
    const [cancelled, paid] = [await invoicing.confirmed(), await invoicing.confirmed()];
    for (const order of [cancelled, paid]) {
      await invoicing.refund(order, 1_000);
      await invoicing.takeBack(order);
      expect(await invoicing.invoiceOf(order)).toMatchObject({
        ...{ status: 'issued', paidMinor: 1_000, creditedMinor: 1_000 },
      });
      expect(await invoicing.faultsOf(order)).toEqual([]);
    }
    await invoicing.cancel(cancelled);
    expect(await invoicing.invoiceOf(cancelled)).toMatchObject({ status: 'void', creditedMinor: 3_000 });
    expect(await invoicing.pay(paid, 2_001)).toMatchObject({ kind: 'refused' });
    expect(await invoicing.pay(paid, 1_500)).toMatchObject({ kind: 'applied' });
    // Of the second capture, the invoice takes only the amount due.
    await invoicing.captureAgain(paid, 3_000);
    expect(await invoicing.invoiceOf(paid)).toMatchObject({ status: 'paid', paidMinor: 3_000 });
    expect(await invoicing.paymentsOf(paid)).toEqual([3_000, -2_000, 1_500, 500]);
    expect((await invoicing.faultsOf(paid)).join()).toContain('3000 captured, the payments by that are 1500');
  });

  it('finds credit notes numbered without gaps after rollbacks, kills and races', async () => {
    const own = newScope();
    invoicing = createInvoicing(test, own);
    const orders = await Promise.all(
      Array.from({ length: 12 }, () => confirmedOrder(test.database, own, { lines: [serviceLine] })),
    );
    const [killed, rolledBack, ...others] = orders;
    if (!killed || !rolledBack) throw new Error('there are no orders');
    const spoil = async (order: OrderToRecord, end: (client: pg.Client) => Promise<unknown>) => {
      const client = new pg.Client({ connectionString: test.url });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('BEGIN');
      await client
        .query("SELECT credit_invoice(id, 1, 'order_cancelled', NULL) FROM invoices WHERE order_id = $1", [
          order.orderId,
        ])
        .catch(() => undefined);
      await end(client);
      await client.end().catch(() => undefined);
    };
    const kill = async (client: pg.Client) => {
      const { rows } = await client
        .query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
        .catch(() => ({ rows: [] }));
      if (rows[0]) await test.owner.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    };
    await Promise.all([
      spoil(killed, kill),
      spoil(rolledBack, (client) => client.query('ROLLBACK')),
      ...others.map(async (order) => {
        await invoicing.giveBack(order, 1_000);
        await invoicing.cancel(order);
      }),
    ]);
    for (const [table, count] of [
      ['credit_notes', 10],
      ['invoices', 12],
    ] as const) {
      const { rows } = await test.owner.query<{ sequence: string }>(
        `SELECT sequence FROM ${table} WHERE org_id = $1 ORDER BY sequence`,
        [own.orgId],
      );
      expect(rows.map(({ sequence }) => Number(sequence))).toEqual(
        Array.from({ length: count }, (_, n) => n + 1),
      );
    }
    for (const order of others) expect(await invoicing.faultsOf(order)).toEqual([]);
  });

  describe('reports', () => {
    it.each([
      [
        'no invoice',
        'DELETE FROM invoice_payments WHERE invoice_id = :invoice; DELETE FROM invoices WHERE id = :invoice',
        'has no invoice',
      ],
      [
        'another total',
        "UPDATE invoices SET total_minor = 3001, credited_minor = 0, status = 'issued', paid_at = NULL WHERE id = :invoice",
        'it is over 3001, the order over 3000',
      ],
      [
        'a payment that is gone',
        'DELETE FROM invoice_payments WHERE invoice_id = :invoice',
        '3000 paid, the payments are 0',
      ],
      [
        'a capture that is recorded twice',
        'UPDATE invoice_payments SET amount_minor = 6000 WHERE invoice_id = :invoice; UPDATE invoices SET total_minor = 6000, paid_minor = 6000 WHERE id = :invoice',
        '3000 captured, the payments by that are 6000',
      ],
      [
        'a credit note that is gone',
        'DELETE FROM credit_notes WHERE invoice_id = :invoice',
        '1000 credited, the credit notes are 0',
      ],
      [
        'a refund that is not credited',
        "UPDATE credit_notes SET reason = 'order_cancelled', refund_id = NULL WHERE invoice_id = :invoice",
        '1000 refunded, the credit notes for that are 0',
      ],
      [
        'cancelled units that are not credited',
        'INSERT INTO cancellations (id, order_id, ordinal, amount_minor) SELECT gen_random_uuid(), order_id, 1, 500 FROM invoices WHERE id = :invoice',
        '500 cancelled, the credit notes for that are 0',
      ],
      [
        'a gap before the invoice',
        'UPDATE invoices SET sequence = sequence + 100 WHERE id = :invoice; UPDATE invoice_counters SET last_number = last_number + 100 WHERE org_id = :org',
        'is missing',
      ],
      [
        'a missing last number of the invoices',
        'UPDATE invoice_counters SET last_number = last_number + 1 WHERE org_id = :org',
        'is missing',
      ],
      [
        'a gap before the credit note',
        'UPDATE credit_notes SET sequence = sequence + 100 WHERE invoice_id = :invoice; UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 100 WHERE org_id = :org',
        'a number of the credit notes is missing',
      ],
      [
        'a missing last number of the credit notes',
        'UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 1 WHERE org_id = :org',
        'a number of the credit notes is missing',
      ],
    ])('%s', async (_, sql, fault) => {
      const order = await invoicing.confirmed();
      await invoicing.refund(order, 1_000);
      expect(await invoicing.faultsOf(order)).toEqual([]);
      await invoicing.spoil(order, sql);
      expect((await invoicing.faultsOf(order)).join()).toContain(fault);
    });

    it('an issued invoice of a cancelled order', async () => {
      const order = await invoicing.billed();
      await invoicing.cancel(order);
      const sql =
        "UPDATE invoices SET status = 'issued', issued_at = now(), voided_at = NULL WHERE id = :invoice";
      await invoicing.spoil(order, sql);
      expect((await invoicing.faultsOf(order)).join()).toContain('the order is cancelled, and it is issued');
    });
  });
});
