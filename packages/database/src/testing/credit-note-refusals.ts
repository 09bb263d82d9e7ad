import { invoice, issued, otherId, payment } from './invoice-refusals.js';
import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const note = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('credit_notes', {
    ...{ id: newId, tenant_id: fixture.tenantId, org_id: fixture.orgId, invoice_id: newId, sequence: 1 },
    ...{ reason: 'refund', refund_id: fixture.refund, currency: 'USD', amount_minor: 10, ...changes },
  });

const paidInvoice = (fixture: Fixture): string =>
  `${invoice(fixture, { ...issued, total_minor: 20 })}; ${payment(fixture, { amount_minor: 20 })}`;

/** Of an invoice over 20 that is paid. */
const noteOf =
  (changes: Values, before = paidInvoice) =>
  (fixture: Fixture): string =>
    `${before(fixture)}; ${note(fixture, changes)}`;

/** Beside a credit note of 10. */
const secondNote =
  (changes: Values) =>
  (fixture: Fixture): string =>
    `${noteOf({})(fixture)}; ${note(fixture, { id: otherId, sequence: 2, ...changes })}`;

const cancelled = { reason: 'order_cancelled', refund_id: null };

export const creditNoteRefusals: readonly Refusal[] = [
  {
    by: 'credit_notes_pkey',
    guarantee: 'two credit notes with one id',
    attempt: secondNote({ id: newId, ...cancelled }),
  },
  {
    by: 'credit_notes_sequence_key',
    guarantee: 'two credit notes of one organisation with one number',
    attempt: secondNote({ sequence: 1, ...cancelled }),
  },
  {
    by: 'credit_notes_sequence_check',
    guarantee: 'a credit note with the number 0',
    attempt: noteOf({ sequence: 0 }),
  },
  {
    by: 'credit_notes_previous_fkey',
    guarantee: 'a gap in the numbers of credit notes',
    attempt: secondNote({ sequence: 3, ...cancelled }),
  },
  {
    by: 'credit_notes_amount_check',
    guarantee: 'a credit note over nothing',
    attempt: noteOf({ amount_minor: 0 }),
  },
  {
    by: 'credit_notes_amount_check',
    guarantee: 'a credit note below zero for a refund that has not failed',
    attempt: noteOf({ amount_minor: -1 }),
  },
  {
    by: 'invoices_cancelled_check',
    guarantee: 'more taken back than was credited',
    attempt: noteOf({ amount_minor: -1, reason: 'refund_failed' }),
  },
  { by: 'credit_notes_refund_key', guarantee: 'two credit notes for one refund', attempt: secondNote({}) },
  {
    by: 'credit_notes_refund_fkey',
    guarantee: 'a credit note for a refund that is none',
    attempt: noteOf({ refund_id: newId }),
  },
  {
    by: 'credit_notes_reason_check',
    guarantee: 'a credit note for a reason that nothing knows',
    attempt: noteOf({ reason: 'mood', refund_id: null }),
  },
  {
    by: 'credit_notes_reason_check',
    guarantee: 'a credit note for a refund that names none',
    attempt: noteOf({ refund_id: null }),
  },
  {
    by: 'credit_notes_reason_check',
    guarantee: 'a credit note for a cancellation that names a refund',
    attempt: noteOf({ reason: 'order_cancelled' }),
  },
  {
    by: 'credit_notes_invoice_fkey',
    guarantee: 'a credit note in another currency than its invoice',
    attempt: noteOf({ currency: 'EUR' }),
  },
  {
    by: 'invoices_credited_check',
    guarantee: 'more credited than the invoice is for',
    attempt: noteOf({ amount_minor: 21 }),
  },
  {
    by: 'invoices_credited_check',
    guarantee: 'a void invoice that is credited in part',
    attempt: noteOf(cancelled),
  },
  {
    by: 'credit_notes_apply',
    guarantee: 'a credit note for a draft',
    attempt: noteOf({}, (fixture) => invoice(fixture)),
    says: 'cannot be credited',
  },
  {
    by: 'credit_notes_apply',
    guarantee: "a credit note for another tenant's invoice",
    attempt: noteOf({ tenant_id: otherId }),
    says: 'cannot be credited',
  },
  ...[
    'UPDATE credit_notes SET amount_minor = 1',
    'DELETE FROM credit_notes',
    'TRUNCATE credit_notes CASCADE',
  ].map((sql) => ({
    by: 'credit_notes_append_only',
    guarantee: sql,
    attempt: () => sql,
    says: 'append-only',
  })),
];
