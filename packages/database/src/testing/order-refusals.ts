import { anotherOrder, copyOf, newId, type Fixture, type Refusal } from './refusal-fixture.js';

const event = (orderId: string, sequence: number): string => `
  INSERT INTO order_events (order_id, sequence, type, actor_type, actor_id)
  VALUES ('${orderId}', ${sequence}, 'order.placed', 'system', 'test')`;

const update = (orderId: string, set: string): string => `UPDATE orders SET ${set} WHERE id = '${orderId}'`;

const line = (changes: Readonly<Record<string, unknown>>) => (fixture: Fixture) =>
  copyOf('order_lines', `id = '${fixture.paidLine}'`, { id: newId, position: 9, ...changes });

const order = (changes: Readonly<Record<string, unknown>>) => (fixture: Fixture) =>
  anotherOrder(fixture, changes);

const orders: readonly Refusal[] = [
  {
    by: 'orders_pkey',
    guarantee: 'two orders with one id',
    attempt: (fixture) => anotherOrder(fixture, { id: fixture.placed }),
  },
  {
    by: 'orders_idempotency_key_key',
    guarantee: 'a second order with the same key of one tenant and organisation',
    attempt: (fixture) => anotherOrder(fixture, { idempotency_key: fixture.placedKey }),
  },
  {
    by: 'orders_number_key',
    guarantee: 'a second order with the same number of one tenant, also in another organisation',
    attempt: (fixture) => anotherOrder(fixture, { number: fixture.placedNumber, org_id: newId }),
  },
  {
    by: 'orders_external_id_key',
    guarantee: 'a second order that is not cancelled with the same external id of one tenant',
    attempt: (fixture) => anotherOrder(fixture, { external_id: fixture.placedExternalId, org_id: newId }),
  },
  {
    by: 'orders_status_check',
    guarantee: 'a status that the domain does not have',
    attempt: order({ status: 'lost' }),
  },
  {
    by: 'orders_payment_status_check',
    guarantee: 'a payment status that the domain does not have',
    attempt: order({ payment_status: 'promised' }),
  },
  {
    by: 'orders_stock_status_check',
    guarantee: 'a stock status that nothing knows',
    attempt: order({ stock_status: 'wanted' }),
  },
  {
    by: 'orders_cancellation_check',
    guarantee: 'a cancelled order without a reason',
    attempt: ({ placed }) => update(placed, "status = 'cancelled'"),
  },
  {
    by: 'orders_cancellation_check',
    guarantee: 'a reason for cancellation on an order that goes on',
    attempt: ({ placed }) => update(placed, "cancellation_reason = 'out_of_stock'"),
  },
  {
    by: 'orders_cancelling_check',
    guarantee: 'a cancelled order that is still to be cancelled',
    attempt: ({ cancelled }) => update(cancelled, "cancelling = '{}'"),
  },
  {
    by: 'orders_cancelled_stock_check',
    guarantee: 'a cancelled order that holds stock',
    attempt: ({ paid }) => update(paid, "status = 'cancelled', cancellation_reason = 'payment_declined'"),
  },
  {
    by: 'orders_cancelled_stock_check',
    guarantee: 'stock for an order that is cancelled already',
    attempt: ({ cancelled }) => update(cancelled, "stock_status = 'reserved'"),
  },
  {
    by: 'orders_total_check',
    guarantee: 'a total that its parts do not add up to',
    attempt: ({ placed }) => update(placed, 'total_minor = total_minor + 1'),
  },
  {
    by: 'orders_total_check',
    guarantee: 'a total that adds a tax that the prices include',
    attempt: order({ taxes_included: true, subtotal_minor: 10, tax_minor: 2, total_minor: 12 }),
  },
  {
    by: 'orders_included_tax_check',
    guarantee: 'an included tax larger than the goods',
    attempt: order({ taxes_included: true, subtotal_minor: 10, tax_minor: 11, total_minor: 10 }),
  },
  {
    by: 'orders_tax_of_lines',
    guarantee: 'a tax of an order that is not the sum of the taxes of its lines',
    attempt: ({ placed, placedLine }) => `
      WITH line AS (UPDATE order_lines SET tax_minor = 3 WHERE id = '${placedLine}')
      UPDATE orders SET tax_minor = 2, total_minor = total_minor - tax_minor + 2 WHERE id = '${placed}'`,
    says: 'do not add up to its tax',
  },
  {
    by: 'order_lines_tax_of_lines',
    guarantee: 'taxes of some lines and not of others',
    attempt: ({ paidLine }) => `UPDATE order_lines SET tax_minor = 0 WHERE id = '${paidLine}'`,
    says: 'do not add up to its tax',
  },
  {
    by: 'order_lines_tax_check',
    guarantee: 'a tax of a line below zero',
    attempt: line({ tax_minor: -1 }),
  },
  {
    by: 'order_lines_tax_check',
    guarantee: 'a rate above 100 %',
    attempt: line({ tax_minor: 1, tax_rate_millionths: 1_000_001 }),
  },
  {
    by: 'order_lines_tax_check',
    guarantee: 'a rate without its tax',
    attempt: line({ tax_rate_millionths: 190_000 }),
  },
  {
    by: 'orders_amounts_check',
    guarantee: 'items that cost less than nothing',
    attempt: order({ subtotal_minor: -1, discount_minor: -1, total_minor: 0 }),
  },
  {
    by: 'orders_amounts_check',
    guarantee: 'a discount below zero',
    attempt: order({ subtotal_minor: 10, discount_minor: -1, total_minor: 11 }),
  },
  {
    by: 'orders_amounts_check',
    guarantee: 'a discount larger than the items',
    attempt: order({ subtotal_minor: 10, discount_minor: 11, tax_minor: 1, total_minor: 0 }),
  },
  {
    by: 'orders_amounts_check',
    guarantee: 'a tax below zero',
    attempt: order({ subtotal_minor: 10, tax_minor: -1, total_minor: 9 }),
  },
  {
    by: 'orders_amounts_check',
    guarantee: 'shipping that costs less than nothing',
    attempt: order({ subtotal_minor: 10, shipping_minor: -1, total_minor: 9 }),
  },
  ...[-1, 5].map((exponent) => ({
    by: 'orders_currency_exponent_check',
    guarantee: `a currency with ${exponent} decimals`,
    attempt: order({ currency_exponent: exponent }),
  })),
  {
    by: 'orders_version_fkey',
    guarantee: 'a change of an order without its event',
    attempt: ({ placed }) => update(placed, 'version = version + 1'),
  },
  {
    by: 'orders_version_fkey',
    guarantee: 'an order without any event',
    attempt: ({ placed }) =>
      copyOf('orders', `id = '${placed}'`, {
        id: newId,
        number: 'N',
        idempotency_key: 'n',
        external_id: null,
      }),
  },
  {
    by: 'orders_transition_check',
    guarantee: 'a step that the transition table does not have',
    attempt: ({ placed }) => update(placed, "status = 'shipped'"),
    says: 'an order that is pending cannot become shipped',
  },
  ...['id', 'tenant_id', 'org_id', 'number', 'idempotency_key', 'request_hash'].map((column) => ({
    by: 'orders_identity',
    guarantee: `another ${column} for an order`,
    attempt: ({ placed }: Fixture) => update(placed, `${column} = '${newId}'`),
    says: 'an order keeps its id, tenant, organisation, number, key and request',
  })),
];

const lines: readonly Refusal[] = [
  {
    by: 'order_lines_pkey',
    guarantee: 'two lines with one id',
    attempt: (fixture) => line({ id: fixture.paidLine })(fixture),
  },
  { by: 'order_lines_position_key', guarantee: 'two lines at one position', attempt: line({ position: 1 }) },
  { by: 'order_lines_quantity_check', guarantee: 'a line of nothing', attempt: line({ quantity: 0 }) },
  {
    by: 'order_lines_unit_price_check',
    guarantee: 'a price below zero',
    attempt: line({ unit_price_minor: -1 }),
  },
  {
    by: 'order_lines_location_check',
    guarantee: 'a location without the variant that is taken from it',
    attempt: line({ variant_id: null }),
  },
  { by: 'order_lines_order_id_fkey', guarantee: 'a line of no order', attempt: line({ order_id: newId }) },
];

/** The column of each append-only table that an update would change. */
const appendOnlyColumns = {
  order_events: 'occurred_at',
  audit_log: 'occurred_at',
  payment_ledger: 'recorded_at',
  stock_ledger: 'recorded_at',
  order_commands: 'recorded_at',
  order_refusals: 'recorded_at',
  commands: 'recorded_at',
  payment_notifications: 'received_at',
  invoice_payments: 'recorded_at',
} as const;

const appendOnly = Object.entries(appendOnlyColumns).flatMap(([table, column]) =>
  [`UPDATE ${table} SET ${column} = now()`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`].map(
    (sql) => ({
      by: `${table}_append_only`,
      guarantee: `${sql.split(' ')[0]} of the append-only ${table}, by its owner`,
      attempt: () => sql,
      says: `${table} is append-only`,
    }),
  ),
);

const history: readonly Refusal[] = [
  ...appendOnly,
  {
    by: 'order_events_append_only',
    guarantee: 'emptying the orders with all that hangs on them',
    attempt: () => 'TRUNCATE orders CASCADE',
    says: 'is append-only',
  },
  {
    by: 'order_events_pkey',
    guarantee: 'two events with one sequence',
    attempt: ({ placed }) => event(placed, 1),
  },
  {
    by: 'order_events_previous_fkey',
    guarantee: 'a gap in the sequence of events',
    attempt: ({ placed }) => event(placed, 3),
  },
  ...[0, -1].map((sequence) => ({
    by: 'order_events_sequence_check',
    guarantee: `an event with sequence ${sequence}`,
    attempt: ({ placed }: Fixture) => event(placed, sequence),
  })),
  { by: 'order_events_order_id_fkey', guarantee: 'an event of no order', attempt: () => event(newId, 1) },
  {
    by: 'order_events_order_id_fkey',
    guarantee: 'an order deleted from under its history',
    attempt: ({ cancelled }) => `
      WITH lines AS (DELETE FROM order_lines WHERE order_id = '${cancelled}')
      DELETE FROM orders WHERE id = '${cancelled}'`,
  },
  {
    by: 'audit_log_pkey',
    guarantee: 'two audit records with one id',
    attempt: () => `
      INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT * FROM audit_log`,
  },
];

const settings: readonly Refusal[] = [
  {
    by: 'tenant_settings_pkey',
    guarantee: 'two counters of order numbers for one tenant',
    attempt: ({ tenantId }) => copyOf('tenant_settings', `tenant_id = '${tenantId}'`),
  },
  ...['', 'ord', 'A-B', 'NINECHARS'].map((prefix) => ({
    by: 'tenant_settings_prefix_check',
    guarantee: `the prefix ${JSON.stringify(prefix)} of order numbers`,
    attempt: () => `UPDATE tenant_settings SET order_number_prefix = '${prefix}'`,
  })),
  {
    by: 'order_status_transitions_pkey',
    guarantee: 'one transition twice',
    attempt: () => copyOf('order_status_transitions', "from_status = 'draft'"),
  },
];

export const orderRefusals: readonly Refusal[] = [...orders, ...lines, ...history, ...settings];
