import { copyOf, insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

export const otherId = newId.replace(/1$/, '2');
const now = '2026-01-01Z';

/** A second invoice of the organisation, for an order that has none. */
export const invoice = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('invoices', {
    ...{ id: newId, tenant_id: fixture.tenantId, org_id: fixture.orgId, order_id: fixture.placed },
    ...{ sequence: 2, currency: 'USD', currency_exponent: 2, total_minor: 100, ...changes },
  });

const invoiceThen =
  (then: string, first: Values = {}) =>
  (fixture: Fixture): string =>
    `${invoice(fixture, first)}; ${then}`;

const wrong = (by: string, guarantee: string, changes: Values): Refusal => ({
  by,
  guarantee,
  attempt: (fixture) => invoice(fixture, changes),
});

export const issued = { status: 'issued', issued_at: now };

export const payment = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('invoice_payments', {
    ...{ id: newId, tenant_id: fixture.tenantId, org_id: fixture.orgId, invoice_id: newId, currency: 'USD' },
    ...{ amount_minor: 10, method: 'bank', reference: 'r', actor_type: 'user', actor_id: 'test', ...changes },
  });

const paymentOf =
  (changes: Values, of: Values = issued) =>
  (fixture: Fixture): string =>
    `${invoice(fixture, of)}; ${payment(fixture)}; ${payment(fixture, { id: otherId, reference: 's', ...changes })}`;

const seller = (
  { tenantId: tenant_id, orgId: org_id }: Fixture,
  value = '{"legalName": "Brightside", "address": {}, "taxIds": []}',
): string => insertOf('sellers', { tenant_id, org_id, seller: value });

const setInvoice = (set: string): string => `UPDATE invoices SET ${set} WHERE id = '${newId}'`;

const invoices: readonly Refusal[] = [
  {
    by: 'invoices_pkey',
    guarantee: 'two invoices with one id',
    attempt: (fixture) =>
      `${invoice(fixture)}; ${invoice(fixture, { order_id: fixture.cancelled, sequence: 3 })}`,
  },
  {
    by: 'invoices_order_key',
    guarantee: 'two invoices of one order',
    attempt: (fixture) => invoice(fixture, { order_id: fixture.lived }),
  },
  wrong('invoices_sequence_key', 'two invoices of one organisation with one number', { sequence: 1 }),
  wrong('invoices_sequence_check', 'an invoice with the number 0', { sequence: 0 }),
  wrong('invoices_previous_fkey', 'a gap in the numbers of invoices', { sequence: 3 }),
  wrong('invoices_order_id_fkey', 'an invoice of no order', { order_id: newId }),
  wrong('invoices_status_check', 'an invoice whose status nothing knows', { status: 'lost' }),
  wrong('invoices_paid_status_check', 'an invoice that is paid, and was not', {
    ...{ status: 'paid', issued_at: now, paid_at: now },
  }),
  {
    by: 'invoices_credited_check',
    guarantee: 'an issued invoice that is void, and not credited',
    attempt: invoiceThen(setInvoice("status = 'void', voided_at = now()"), issued),
  },
  wrong('invoices_times_check', 'a draft with a time of issue', { issued_at: now }),
  wrong('invoices_times_check', 'an issued invoice without its time', { status: 'issued' }),
  wrong('invoices_times_check', 'a void invoice without its time', { status: 'void' }),
  wrong('invoices_times_check', 'a paid invoice without its time', {
    ...{ status: 'paid', issued_at: now, total_minor: 0 },
  }),
  {
    by: 'invoices_sums_insert',
    guarantee: 'an invoice that begins as paid for in part',
    attempt: (fixture) => invoice(fixture, { paid_minor: 1 }),
    says: 'the sums of invoices follow its ledger',
  },
  {
    by: 'invoices_sums_insert',
    guarantee: 'an invoice that begins as credited in part',
    attempt: (fixture) => invoice(fixture, { credited_minor: 1 }),
    says: 'the sums of invoices follow its ledger',
  },
  {
    by: 'invoices_sums_update',
    guarantee: 'a credited sum that moves without a credit note',
    attempt: invoiceThen(setInvoice('credited_minor = 1'), issued),
    says: 'the sums of invoices follow its ledger',
  },
  {
    by: 'invoices_sums_update',
    guarantee: 'a paid sum that moves without a payment',
    attempt: invoiceThen(setInvoice('paid_minor = 1'), issued),
    says: 'the sums of invoices follow its ledger',
  },
  ...['id', 'tenant_id', 'org_id']
    .map((column) => `${column} = '${otherId}'`)
    .concat('sequence = 3', "currency = 'EUR'", 'currency_exponent = 3', 'total_minor = 101')
    .map((set) => ({
      by: 'invoices_identity_check',
      guarantee: `another ${set.split(' ')[0]} for an invoice`,
      attempt: invoiceThen(setInvoice(set)),
      says: 'an invoice keeps its number, its order and its total',
    })),
  wrong('invoices_copy_check', 'a draft with a copy of an address', { bill_to: '{"line1": "1 Mill Lane"}' }),
  ...[
    `bill_to = '{"line1": "2 Mill Lane"}'`,
    'ship_to = NULL',
    "seller = '{}'",
    "issued_at = '2026-01-02Z'",
  ].map((set) => ({
    by: 'invoices_unchanged_copy',
    guarantee: `another ${set.split(' ')[0]} for an issued invoice`,
    attempt: invoiceThen(setInvoice(set), {
      ...{ ...issued, bill_to: '{"line1": "1 Mill Lane"}', ship_to: '{"line1": "1 Mill Lane"}' },
    }),
    says: 'an issued invoice keeps what it prints',
  })),
  {
    by: 'invoices_transition_check',
    guarantee: 'an issued invoice that becomes a draft again',
    attempt: invoiceThen(setInvoice("status = 'draft', issued_at = NULL"), issued),
    says: 'an invoice that is issued cannot become draft',
  },
  {
    by: 'invoice_status_transitions_pkey',
    guarantee: 'one transition of invoices twice',
    attempt: () => copyOf('invoice_status_transitions', "from_status = 'draft'"),
  },
  {
    by: 'invoices_no_delete',
    guarantee: 'an invoice that is deleted',
    attempt: () => 'DELETE FROM invoices',
    says: 'an invoice is voided, never deleted',
  },
  {
    by: 'invoice_counters_pkey',
    guarantee: 'two counters of invoices for one organisation',
    attempt: () => 'INSERT INTO invoice_counters SELECT * FROM invoice_counters',
  },
  {
    by: 'invoices_currency_key',
    guarantee: 'one invoice in two currencies',
    attempt: (fixture) => `SET LOCAL session_replication_role = replica;
      ALTER TABLE invoices DROP CONSTRAINT invoices_pkey;
      ${invoice(fixture)}; ${invoice(fixture, { order_id: fixture.cancelled, sequence: 3 })}`,
  },
];

const sellers: readonly Refusal[] = [
  {
    by: 'sellers_pkey',
    guarantee: 'two sellers of one organisation',
    attempt: (fixture) => `${seller(fixture)}; ${seller(fixture)}`,
  },
  ...['[]', '{"legalName": "Brightside", "address": {}}'].map((value) => ({
    by: 'sellers_seller_check',
    guarantee: `the seller ${value}`,
    attempt: (fixture: Fixture) => seller(fixture, value),
  })),
];

const payments: readonly Refusal[] = [
  { by: 'invoice_payments_pkey', guarantee: 'two payments with one id', attempt: paymentOf({ id: newId }) },
  {
    by: 'invoice_payments_reference_key',
    guarantee: 'two payments of one invoice with one reference',
    attempt: paymentOf({ reference: 'r' }),
  },
  {
    by: 'invoice_payments_amount_check',
    guarantee: 'a payment of nothing',
    attempt: paymentOf({ amount_minor: 0 }),
  },
  {
    by: 'invoice_payments_taken_back',
    guarantee: 'a payment that somebody takes back by hand',
    attempt: paymentOf({ amount_minor: -10 }),
    says: 'the sums of invoice_payments follow its ledger',
  },
  {
    by: 'invoice_payments_invoice_fkey',
    guarantee: 'a payment in another currency than its invoice',
    attempt: paymentOf({ currency: 'EUR' }),
  },
  {
    by: 'invoices_paid_check',
    guarantee: 'an invoice that is paid more than it is for',
    attempt: paymentOf({ amount_minor: 91 }),
  },
  {
    by: 'invoice_payments_apply',
    guarantee: 'a payment of a draft',
    attempt: paymentOf({}, {}),
    says: 'does not take payments',
  },
  {
    by: 'invoice_payments_apply',
    guarantee: "a payment of another tenant's invoice",
    attempt: paymentOf({ tenant_id: otherId }),
    says: 'does not take payments',
  },
];

export const invoiceRefusals: readonly Refusal[] = [...invoices, ...sellers, ...payments];
