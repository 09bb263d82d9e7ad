import {
  invoiceStatuses,
  invoiceTransitions,
  orderStatuses,
  orderTransitions,
  paymentStatuses,
} from '@oms/domain';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';

import { cancellationRefusals } from '../testing/cancellation-refusals.js';
import { catalogueRefusals } from '../testing/catalogue-refusals.js';
import { creditNoteRefusals } from '../testing/credit-note-refusals.js';
import { captureRefusals } from '../testing/capture-refusals.js';
import { droppedPaymentRefusals } from '../testing/dropped-payment-refusals.js';
import { erpRefusals } from '../testing/erp-refusals.js';
import { invoice, invoiceRefusals } from '../testing/invoice-refusals.js';
import { ledgerRefusals } from '../testing/ledger-refusals.js';
import { lifeRefusals } from '../testing/life-refusals.js';
import { orderRefusals } from '../testing/order-refusals.js';
import { anotherOrder, makeFixture, newId, type Fixture, type Values } from '../testing/refusal-fixture.js';
import { statementRefusals } from '../testing/statement-refusals.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

const refusals = [
  ...orderRefusals,
  ...ledgerRefusals,
  ...lifeRefusals,
  ...cancellationRefusals,
  ...catalogueRefusals,
  ...invoiceRefusals,
  ...creditNoteRefusals,
  ...erpRefusals,
  ...captureRefusals,
  ...droppedPaymentRefusals,
  ...statementRefusals,
];

/** Triggers that write instead of refusing. The tests below show their effect. */
const acting = [
  ...['payment_ledger_apply', 'stock_ledger_apply', 'orders_invoice', 'refunds_credit_note'],
  ...['payment_ledger_invoice', 'payment_ledger_capture_request', 'payment_statements_invoice'],
  'cancellations_credit_note',
  'refunds_credit_note_of_provider',
];

describe('the database itself refuses invalid data from any role', () => {
  let test: TestDatabase;
  let fixture: Fixture;

  beforeAll(async () => {
    test = await openTestDatabase();
    fixture = await makeFixture(test);
    return () => test.close();
  });

  /** Runs a statement as the owner of all tables, and rolls it back. */
  async function attempt(sql: string): Promise<pg.DatabaseError | undefined> {
    await test.owner.query('BEGIN');
    try {
      await test.owner.query(sql);
      // Checks that a transaction defers to its end.
      await test.owner.query('SET CONSTRAINTS ALL IMMEDIATE');
      return undefined;
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error;
      throw error;
    } finally {
      await test.owner.query('ROLLBACK');
    }
  }

  it.each(refusals)('$by: $guarantee', async ({ by, attempt: sql, says }) => {
    const error = await attempt(sql(fixture));
    if (says === undefined) expect(error?.constraint, error?.message).toBe(by);
    else expect(error?.message).toContain(says);
  });

  it('has no constraint, unique index or trigger without a test here', async () => {
    const { rows } = await test.owner.query<{ name: string }>(`
      SELECT conname AS name FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> '_prisma_migrations'::regclass
      UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE indisunique AND relnamespace = 'public'::regnamespace AND indrelid <> '_prisma_migrations'::regclass
      UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`);
    const tried = new Set([...refusals.map(({ by }) => by), ...acting]);
    expect(rows.map(({ name }) => name).sort()).toEqual([...tried].sort());
  });

  it('accepts another key, number and reference, and an external id that is free again', async () => {
    expect(await attempt(anotherOrder(fixture))).toBeUndefined();
    const sameElsewhere = { idempotency_key: fixture.placedKey, org_id: newId };
    expect(await attempt(anotherOrder(fixture, sameElsewhere))).toBeUndefined();
    const cancelled = {
      external_id: fixture.placedExternalId,
      status: 'cancelled',
      cancellation_reason: 'external_id_in_use',
    };
    expect(await attempt(anotherOrder(fixture, cancelled))).toBeUndefined();
    const otherTenant = {
      external_id: fixture.placedExternalId,
      number: fixture.placedNumber,
      tenant_id: newId,
    };
    expect(await attempt(anotherOrder(fixture, otherTenant))).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ['order_status_transitions', orderTransitions],
    ['invoice_status_transitions', invoiceTransitions],
  ])('%s → the transitions that the domain has, and no other', async (table, transitions) => {
    const { rows } = await test.owner.query<{ step: string }>(
      `SELECT from_status || ' > ' || to_status AS step FROM ${table}`,
    );
    const ours = Object.entries(transitions).flatMap(([from, allowed]) =>
      allowed.map((to) => `${from} > ${to}`),
    );
    expect(rows.map(({ step }) => step).sort()).toEqual(ours.sort());
  });

  it.each(invoiceStatuses)(
    'an invoice that is %s → goes exactly where the domain lets it go',
    async (from) => {
      // For an invoice over zero, only the times must match the status.
      const timesOf = (status: string): Values => ({
        issued_at: status === 'issued' || status === 'paid' ? '2026-01-01Z' : null,
        paid_at: status === 'paid' ? '2026-01-01Z' : null,
        voided_at: status === 'void' ? '2026-01-01Z' : null,
      });
      const start = invoice(fixture, { status: from, total_minor: 0, ...timesOf(from) });
      for (const to of invoiceStatuses.filter((status) => status !== from)) {
        const { issued_at, ...others } = timesOf(to);
        // The time of issue stays when an invoice is voided.
        const times = Object.entries({ ...(to === 'void' ? {} : { issued_at }), ...others }).map(
          ([column, time]) => `${column} = ${time === null ? 'NULL' : `'${String(time)}'`}`,
        );
        const step = `UPDATE invoices SET status = '${to}', ${times.join(', ')} WHERE id = '${newId}'`;
        const error = await attempt(`${start}; ${step}`);
        const allowed: readonly string[] = invoiceTransitions[from];
        expect(error?.message, `${from} to ${to}`).toBe(
          allowed.includes(to) ? undefined : `an invoice that is ${from} cannot become ${to}`,
        );
      }
    },
  );

  it.each(orderStatuses)('lets an order that is %s go exactly where the domain lets it go', async (from) => {
    const reasonOf = (status: string): string | null => (status === 'cancelled' ? 'out_of_stock' : null);
    const start = anotherOrder(fixture, { status: from, cancellation_reason: reasonOf(from) });
    for (const to of orderStatuses.filter((status) => status !== from)) {
      const reason = reasonOf(to) === null ? 'NULL' : `'${String(reasonOf(to))}'`;
      const step = `UPDATE orders SET status = '${to}', cancellation_reason = ${reason} WHERE id = '${newId}'`;
      const error = await attempt(`${start}; ${step}`);
      const allowed: readonly string[] = orderTransitions[from];
      expect(error?.message, `${from} to ${to}`).toBe(
        allowed.includes(to) ? undefined : `an order that is ${from} cannot become ${to}`,
      );
    }
  });

  it('accepts exactly the payment statuses of the domain', async () => {
    for (const payment_status of paymentStatuses) {
      expect(await attempt(anotherOrder(fixture, { payment_status })), payment_status).toBeUndefined();
    }
    const { rows } = await test.owner.query<{ definition: string }>(
      "SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'orders_payment_status_check'",
    );
    const words = [...(rows[0]?.definition ?? '').matchAll(/'(\w+)'/g)].map(([, word]) => word);
    expect(words.sort()).toEqual([...paymentStatuses].sort());
  });

  it('computes the sums of a payment from the ledger that the product writes', async () => {
    const { rows } = await test.owner.query(
      'SELECT authorized_minor, captured_minor, voided_minor, refunded_minor FROM payments WHERE order_id = $1',
      [fixture.paid],
    );
    expect(rows).toEqual([
      { authorized_minor: '1000', captured_minor: '400', voided_minor: '100', refunded_minor: '50' },
    ]);
  });

  it('computes the sums of a stock level from its ledger, also when one statement appends to several levels', async () => {
    const { tenantId, orgId, variantId } = fixture;
    const locations = [1, 2, 3].map((digit) => newId.replace(/.$/, String(digit)));
    await test.owner.query('BEGIN');
    await test.owner.query(`
      INSERT INTO inventory_levels (tenant_id, org_id, variant_id, location_id)
      SELECT '${tenantId}', '${orgId}', '${variantId}', unnest('{${locations.join()}}'::uuid[])`);
    await test.owner.query(`
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta)
      SELECT tenant_id, org_id, variant_id, location_id, 'receive', amount * right(location_id::text, 1)::int, 0
      FROM inventory_levels, unnest('{1, 10, 100}'::int[]) amount WHERE location_id = ANY('{${locations.join()}}')`);
    const { rows } = await test.owner.query<{ on_hand: string }>(
      'SELECT on_hand FROM inventory_levels WHERE location_id = ANY($1) ORDER BY location_id',
      [locations],
    );
    await test.owner.query('ROLLBACK');
    expect(rows.map(({ on_hand }) => on_hand)).toEqual(['111', '222', '333']);
  });
});
