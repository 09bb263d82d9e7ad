import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { OrderToRecord } from '../orders/order-recorder.js';
import { createInvoicing } from '../testing/invoicing.js';
import { confirmedOrder } from '../testing/living-orders.js';
import { newScope, serviceLine } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('an order beside its invoice, its payments and its credit notes', () => {
  let test: TestDatabase;
  let books: ReturnType<typeof createInvoicing>;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });
  beforeEach(() => {
    books = createInvoicing(test, newScope());
  });

  it('balances: a paid invoice, and each refund is credited once, for its amount', async () => {
    const order = await books.confirmed();
    expect(await books.invoiceOf(order)).toMatchObject({
      status: 'paid',
      totalMinor: 3_000,
      creditedMinor: 0,
    });
    const [first, second] = [await books.refund(order, 1_000), await books.refund(order, 1)];
    expect(await books.invoiceOf(order)).toMatchObject({
      ...{ status: 'paid', paidMinor: 3_000, creditedMinor: 1_001 },
      creditNotes: [
        { reason: 'refund', refundId: first, amountMinor: 1_000 },
        { reason: 'refund', refundId: second, amountMinor: 1 },
      ],
    });
    expect(await books.proofOf(order)).toMatchObject({
      faults: [],
      invoice: { status: 'paid', totalMinor: 3_000, paidMinor: 3_000, creditedMinor: 1_001 },
    });
  });

  it('credits, when an order is cancelled, exactly what is left of its invoice', async () => {
    const order = await books.confirmed();
    await books.refund(order, 1_234);
    await books.giveBack(order, 1_766);
    await books.cancel(order);
    expect(await books.invoiceOf(order)).toMatchObject({
      ...{ status: 'void', creditedMinor: 3_000 },
      creditNotes: [{ amountMinor: 1_234 }, { reason: 'order_cancelled', amountMinor: 1_766 }],
    });
    expect(await books.faultsOf(order)).toEqual([]);
  });

  it('makes no second credit note where all of it is credited already', async () => {
    const order = await books.confirmed();
    await books.refund(order, 3_000);
    await books.cancel(order);
    expect(await books.invoiceOf(order)).toMatchObject({
      status: 'void',
      creditNotes: [{ amountMinor: 3_000 }],
    });
    expect(await books.faultsOf(order)).toEqual([]);
  });

  it('voids a draft without a credit note, and credits a partly paid invoice as a whole', async () => {
    const [draft, partly] = [await books.billed(), await books.billed()];
    expect(await books.pay(partly, 400)).toMatchObject({ kind: 'done' });
    await books.cancel(draft);
    await books.cancel(partly);
    expect(await books.invoiceOf(draft)).toMatchObject({ status: 'void', creditedMinor: 0, creditNotes: [] });
    expect(await books.invoiceOf(partly)).toMatchObject({
      ...{ status: 'void', paidMinor: 400, creditedMinor: 1_000 },
      creditNotes: [{ reason: 'order_cancelled', amountMinor: 1_000 }],
    });
    expect(await books.pay(partly, 1)).toMatchObject({
      kind: 'denied',
      message: 'an invoice that is void takes no payments',
    });
    expect([await books.faultsOf(draft), await books.faultsOf(partly)]).toEqual([[], []]);
  });

  it('credits an issued invoice that is voided by hand, and nothing more when its order is cancelled', async () => {
    const order = await books.billed();
    expect(await books.moveByHand(order, 'issue_invoice')).toMatchObject({ kind: 'done' });
    expect(await books.moveByHand(order, 'void_invoice')).toMatchObject({ kind: 'done' });
    await books.cancel(order);
    expect(await books.invoiceOf(order)).toMatchObject({
      ...{ status: 'void', creditNotes: [{ reason: 'invoice_voided', amountMinor: 1_000 }] },
    });
    expect(await books.faultsOf(order)).toEqual([]);
  });

  it('is to be paid again when its capture is taken back, and is paid when it comes true after all', async () => {
    const order = await books.confirmed();
    await books.takeBack(order);
    const issued = await books.invoiceOf(order);
    expect(issued).toMatchObject({ status: 'issued', paidMinor: 0, creditedMinor: 0 });
    expect(issued).not.toHaveProperty('paidAt');
    expect(await books.paymentsOf(order)).toEqual([3_000, -3_000]);
    expect(await books.faultsOf(order)).toEqual([]);
    await books.captureAgain(order, 3_000);
    expect(await books.invoiceOf(order)).toMatchObject({ status: 'paid', paidMinor: 3_000 });
    expect(await books.paymentsOf(order)).toEqual([3_000, -3_000, 3_000]);
    expect(await books.faultsOf(order)).toEqual([]);
  });

  it('keeps paid what was given back before its capture was taken back, and can be cancelled or paid by hand', async () => {
    const [cancelled, paid] = [await books.confirmed(), await books.confirmed()];
    for (const order of [cancelled, paid]) {
      await books.refund(order, 1_000);
      await books.takeBack(order);
      expect(await books.invoiceOf(order)).toMatchObject({
        ...{ status: 'issued', paidMinor: 1_000, creditedMinor: 1_000 },
      });
      expect(await books.faultsOf(order)).toEqual([]);
    }
    await books.cancel(cancelled);
    expect(await books.invoiceOf(cancelled)).toMatchObject({ status: 'void', creditedMinor: 3_000 });
    expect(await books.pay(paid, 2_001)).toMatchObject({ kind: 'denied' });
    expect(await books.pay(paid, 1_500)).toMatchObject({ kind: 'done' });
    // Of what comes true after all, only what is due is for the invoice.
    await books.captureAgain(paid, 3_000);
    expect(await books.invoiceOf(paid)).toMatchObject({ status: 'paid', paidMinor: 3_000 });
    expect(await books.paymentsOf(paid)).toEqual([3_000, -2_000, 1_500, 500]);
    expect((await books.faultsOf(paid)).join()).toContain('3000 captured, the payments by that are 1500');
  });

  it('numbers credit notes without gaps in a series of their own, whatever is rolled back, killed or races', async () => {
    const own = newScope();
    books = createInvoicing(test, own);
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
        await books.giveBack(order, 1_000);
        await books.cancel(order);
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
    for (const order of others) expect(await books.faultsOf(order)).toEqual([]);
  });

  describe('says what does not balance', () => {
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
        'a capture that it has twice',
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
        'a gap before the invoice',
        'UPDATE invoices SET sequence = sequence + 100 WHERE id = :invoice; UPDATE invoice_counters SET last_number = last_number + 100 WHERE org_id = :org',
        'is missing',
      ],
      [
        'a number that was given out and is gone',
        'UPDATE invoice_counters SET last_number = last_number + 1 WHERE org_id = :org',
        'is missing',
      ],
      [
        'a gap before the credit note',
        'UPDATE credit_notes SET sequence = sequence + 100 WHERE invoice_id = :invoice; UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 100 WHERE org_id = :org',
        'a number of the credit notes is missing',
      ],
      [
        'a credit note that was given out and is gone',
        'UPDATE invoice_counters SET last_credit_note_number = last_credit_note_number + 1 WHERE org_id = :org',
        'a number of the credit notes is missing',
      ],
    ])('%s', async (_, sql, fault) => {
      const order = await books.confirmed();
      await books.refund(order, 1_000);
      expect(await books.faultsOf(order)).toEqual([]);
      await books.spoil(order, sql);
      expect((await books.faultsOf(order)).join()).toContain(fault);
    });

    it('an invoice that outlives its order', async () => {
      const order = await books.billed();
      await books.cancel(order);
      const sql =
        "UPDATE invoices SET status = 'issued', issued_at = now(), voided_at = NULL WHERE id = :invoice";
      await books.spoil(order, sql);
      expect((await books.faultsOf(order)).join()).toContain('the order is cancelled, and it is issued');
    });
  });
});
