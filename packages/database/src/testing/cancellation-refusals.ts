import { invoice, issued } from './invoice-refusals.js';
import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const cancellation =
  (changes: Values = {}) =>
  ({ lived }: Fixture): string =>
    insertOf('cancellations', { id: newId, order_id: lived, ordinal: 9, amount_minor: 1, ...changes });

const line =
  (changes: Values) =>
  ({ cancellation: cancelled, placedLine }: Fixture): string =>
    insertOf('cancellation_lines', {
      ...{ cancellation_id: cancelled, line_id: placedLine, quantity: 1, amount_minor: 1 },
      ...changes,
    });

/** A credit note of 10 for cancelled units, of an invoice over 20. */
const note = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('credit_notes', {
    ...{ id: newId, tenant_id: fixture.tenantId, org_id: fixture.orgId, invoice_id: newId, sequence: 1 },
    ...{
      reason: 'units_cancelled',
      cancellation_id: fixture.cancellation,
      currency: 'USD',
      amount_minor: 10,
    },
    ...changes,
  });
const noted =
  (changes: Values = {}) =>
  (fixture: Fixture): string =>
    `${invoice(fixture, { ...issued, total_minor: 20 })}; ${note(fixture, changes)}`;

export const cancellationRefusals: readonly Refusal[] = [
  {
    by: 'cancellations_pkey',
    guarantee: 'two cancellations with one id',
    attempt: (fixture) => cancellation({ id: fixture.cancellation })(fixture),
  },
  {
    by: 'cancellations_ordinal_key',
    guarantee: 'two cancellations of one order with one number',
    attempt: cancellation({ ordinal: 1 }),
  },
  {
    by: 'cancellations_refund_key',
    guarantee: 'two cancellations with one refund',
    attempt: ({ lived, cancellation: id }) => `
      INSERT INTO cancellations (id, order_id, ordinal, amount_minor, refund_id)
      SELECT '${newId}', '${lived}', 9, 1, refund_id FROM cancellations WHERE id = '${id}'`,
  },
  {
    by: 'cancellations_amount_check',
    guarantee: 'a cancellation that takes money',
    attempt: cancellation({ amount_minor: -1 }),
  },
  {
    by: 'cancellations_order_id_fkey',
    guarantee: 'a cancellation of no order',
    attempt: cancellation({ order_id: newId }),
  },
  {
    by: 'cancellations_refund_fkey',
    guarantee: 'a cancellation with a refund that does not exist',
    attempt: cancellation({ refund_id: newId }),
  },
  {
    by: 'cancellation_lines_pkey',
    guarantee: 'one line twice in a cancellation',
    attempt: (fixture) => line({ line_id: fixture.livedLine })(fixture),
  },
  {
    by: 'cancellation_lines_quantity_check',
    guarantee: 'a cancellation of no units',
    attempt: line({ quantity: 0 }),
  },
  {
    by: 'cancellation_lines_amount_check',
    guarantee: 'cancelled units that take money',
    attempt: line({ amount_minor: -1 }),
  },
  {
    by: 'cancellation_lines_cancellation_id_fkey',
    guarantee: 'cancelled units of no cancellation',
    attempt: line({ cancellation_id: newId }),
  },
  {
    by: 'cancellation_lines_line_id_fkey',
    guarantee: 'cancelled units of no line',
    attempt: line({ line_id: newId }),
  },
  ...['cancellations', 'cancellation_lines'].flatMap((table) =>
    [`UPDATE ${table} SET amount_minor = 2`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`].map(
      (sql): Refusal => ({
        by: `${table}_append_only`,
        guarantee: sql,
        attempt: () => sql,
        says: 'append-only',
      }),
    ),
  ),
  {
    by: 'order_lines_progress_check',
    guarantee: 'more shipped and cancelled than ordered',
    attempt: ({ livedLine }) =>
      `UPDATE order_lines SET cancelled_quantity = quantity - shipped_quantity + 1 WHERE id = '${livedLine}'`,
  },
  {
    by: 'orders_progress_check',
    guarantee: 'a cancelled order of which something has shipped',
    attempt: ({ lived }) =>
      `UPDATE orders SET status = 'cancelled', cancellation_reason = 'cancellation_requested', stock_status = 'released' WHERE id = '${lived}'`,
    says: 'some of it has shipped',
  },
  {
    by: 'reservations_progress_check',
    guarantee: 'more shipped and cancelled than reserved',
    attempt: ({ livedLine }) =>
      `UPDATE reservations SET cancelled_quantity = quantity - shipped_quantity + 1 WHERE line_id = '${livedLine}'`,
  },
  {
    by: 'stock_ledger_document_key',
    guarantee: 'one cancellation that frees one line at one location twice',
    attempt: ({ cancellation: id }) => `
      INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id)
      SELECT tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id
      FROM stock_ledger WHERE document_id = '${id}'`,
  },
  {
    by: 'credit_notes_cancellation_key',
    guarantee: 'two credit notes for one cancellation',
    attempt: (fixture) =>
      `${noted()(fixture)}; ${note(fixture, { id: '00000000-0000-4000-8000-000000000003', sequence: 2 })}`,
  },
  {
    by: 'credit_notes_cancellation_fkey',
    guarantee: 'a credit note for a cancellation that does not exist',
    attempt: noted({ cancellation_id: newId }),
  },
  {
    by: 'credit_notes_reason_check',
    guarantee: 'a credit note for cancelled units that names no cancellation',
    attempt: noted({ cancellation_id: null }),
  },
  {
    by: 'invoices_cancelled_check',
    guarantee: 'more credited for cancelled units than credited at all',
    attempt: (fixture) => `
      ALTER TABLE invoices DISABLE TRIGGER invoices_sums_insert;
      ${invoice(fixture, { ...issued, cancelled_minor: 1 })}`,
  },
  {
    by: 'invoices_paid_status_check',
    guarantee: 'a paid invoice of which the rest was not cancelled',
    attempt: (fixture) => `
      ALTER TABLE invoices DISABLE TRIGGER invoices_sums_insert;
      ${invoice(fixture, {
        ...{ ...issued, status: 'paid', paid_at: '2026-01-01Z', total_minor: 20 },
        ...{ paid_minor: 5, credited_minor: 14, cancelled_minor: 14 },
      })}`,
  },
];
