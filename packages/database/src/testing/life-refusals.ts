import { copyOf, insertOf, newId, type Fixture, type Refusal } from './refusal-fixture.js';

const livedLine = (set: string) => (fixture: Fixture) =>
  `UPDATE order_lines SET ${set} WHERE id = '${fixture.livedLine}'`;

const progress: readonly Refusal[] = [
  ...[
    ['more shipped than ordered', 'shipped_quantity = quantity + 1'],
    ['more delivered than shipped', 'delivered_quantity = shipped_quantity + 1'],
    ['delivered units that are returned to sender', 'returned_to_sender_quantity = 1'],
    ['less than nothing returned to sender', 'returned_to_sender_quantity = -1'],
    ['more returned than delivered', 'returned_quantity = delivered_quantity + 1'],
    ['less than nothing returned', 'returned_quantity = -1'],
  ].map(([guarantee = '', set = '']) => ({
    by: 'order_lines_progress_check',
    guarantee,
    attempt: livedLine(set),
  })),
  {
    by: 'orders_progress_check',
    guarantee: 'a shipped order of which something has not left',
    attempt: ({ lived }) => `UPDATE orders SET status = 'shipped' WHERE id = '${lived}'`,
    says: 'cannot be shipped yet',
  },
  {
    by: 'orders_progress_check',
    guarantee: 'a delivered order of which something has not arrived',
    attempt: (fixture) => `
      ${livedLine('shipped_quantity = quantity - cancelled_quantity')(fixture)};
      UPDATE orders SET status = 'shipped' WHERE id = '${fixture.lived}';
      UPDATE orders SET status = 'delivered' WHERE id = '${fixture.lived}'`,
    says: 'cannot be delivered yet',
  },
  {
    by: 'orders_progress_check',
    guarantee: 'a closed order of which something is under way',
    attempt: (fixture) => `
      ${livedLine('shipped_quantity = quantity - cancelled_quantity')(fixture)};
      UPDATE orders SET status = 'shipped' WHERE id = '${fixture.lived}';
      UPDATE orders SET status = 'closed' WHERE id = '${fixture.lived}'`,
    says: 'cannot be closed yet: not all of it is',
  },
  {
    by: 'orders_progress_check',
    guarantee: 'a shipped order of which something has arrived, and that is closed without its return window',
    attempt: (fixture) => `
      ${livedLine('shipped_quantity = quantity - cancelled_quantity, delivered_quantity = quantity - cancelled_quantity')(fixture)};
      UPDATE orders SET status = 'shipped' WHERE id = '${fixture.lived}';
      UPDATE orders SET status = 'closed' WHERE id = '${fixture.lived}'`,
    says: 'cannot be closed yet: some of it has arrived',
  },
  {
    by: 'orders_payment_check',
    guarantee: 'a payment reference of no provider',
    attempt: ({ placed }) => `UPDATE orders SET payment_provider = NULL WHERE id = '${placed}'`,
  },
  {
    by: 'orders_payment_check',
    guarantee: 'a provider without a payment reference',
    attempt: ({ placed }) => `UPDATE orders SET payment_reference = NULL WHERE id = '${placed}'`,
  },
  {
    by: 'orders_flags_check',
    guarantee: 'a flag that the domain does not have',
    attempt: ({ placed }) => `UPDATE orders SET flags = '{disputed,late}' WHERE id = '${placed}'`,
  },
  {
    by: 'tenant_settings_refund_window_check',
    guarantee: 'refunds that end before they begin',
    attempt: () => 'UPDATE tenant_settings SET refund_window_days = 0',
  },
  {
    by: 'tenant_settings_return_expiry_check',
    guarantee: 'returns that expire when they are approved',
    attempt: () => 'UPDATE tenant_settings SET return_expiry_days = 0',
  },
  ...['return_window_seconds', 'pending_limit_seconds'].map((limit) => ({
    by: 'tenant_settings_limits_check',
    guarantee: `a ${limit} of no time at all`,
    attempt: () => `UPDATE tenant_settings SET ${limit} = 0`,
  })),
];

const stock: readonly Refusal[] = [
  ...[
    ['more shipped than reserved', 'shipped_quantity = quantity + 1'],
    ['less than nothing shipped of a reservation', 'shipped_quantity = -1'],
    ['a release of what has been shipped', "status = 'released', released_at = now()"],
  ].map(([guarantee = '', set = '']) => ({
    by: 'reservations_progress_check',
    guarantee,
    attempt: ({ livedLine: line }: Fixture) => `UPDATE reservations SET ${set} WHERE line_id = '${line}'`,
  })),
  {
    by: 'stock_ledger_document_key',
    guarantee: 'one shipment that takes one line from one location twice',
    attempt: ({ shipment }) => copyEntry(`kind = 'ship' AND document_id = '${shipment}'`),
  },
  {
    by: 'shipments_end_check',
    guarantee: 'a delivered shipment that is cancelled',
    attempt: ({ shipment }) =>
      `UPDATE shipments SET delivered_at = now(), cancelled_at = now() WHERE id = '${shipment}'`,
  },
  {
    by: 'shipments_end_check',
    guarantee: 'a delivered shipment that is returned to sender',
    attempt: ({ shipment }) => `UPDATE shipments SET returned_to_sender_at = now() WHERE id = '${shipment}'`,
  },
  {
    by: 'shipments_returned_to_sender_reason_check',
    guarantee: 'the reason of a return to sender without the return',
    attempt: ({ shipment }) =>
      `UPDATE shipments SET returned_to_sender_reason = 'why' WHERE id = '${shipment}'`,
  },
  {
    by: 'shipments_cancellation_reason_check',
    guarantee: 'the reason of a cancellation without the cancellation',
    attempt: ({ shipment }) => `UPDATE shipments SET cancellation_reason = 'why' WHERE id = '${shipment}'`,
  },
  {
    by: 'stock_ledger_document_key',
    guarantee: 'one return that puts one line back at one location twice',
    attempt: ({ returned }) => copyEntry(`kind = 'restock' AND document_id = '${returned}'`),
  },
];

function copyEntry(where: string): string {
  const columns =
    'tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, order_id, line_id, document_id';
  return `INSERT INTO stock_ledger (${columns}) SELECT ${columns} FROM stock_ledger WHERE ${where}`;
}

/** Shipments and returns are kept alike: a document, numbered within its order, and its lines. */
const documents: readonly Refusal[] = (
  [
    { table: 'shipments', lines: 'shipment_lines', key: 'shipment_id', idOf: (f: Fixture) => f.shipment },
    { table: 'returns', lines: 'return_lines', key: 'return_id', idOf: (f: Fixture) => f.returned },
  ] as const
).flatMap(({ table, lines, key, idOf }): readonly Refusal[] => {
  const another =
    (changes: Readonly<Record<string, unknown>>) =>
    (fixture: Fixture): string =>
      copyOf(table, `id = '${idOf(fixture)}'`, { id: newId, ordinal: 9, ...changes });
  const anotherLine =
    (changes: (fixture: Fixture) => Readonly<Record<string, unknown>>) =>
    (fixture: Fixture): string =>
      copyOf(lines, `${key} = '${idOf(fixture)}'`, { line_id: fixture.placedLine, ...changes(fixture) });
  return [
    {
      by: `${table}_pkey`,
      guarantee: `two ${table} with one id`,
      attempt: (fixture) => another({ id: idOf(fixture) })(fixture),
    },
    {
      by: `${table}_ordinal_key`,
      guarantee: `two ${table} of one order with one number`,
      attempt: another({ ordinal: 1 }),
    },
    {
      by: `${table}_order_id_fkey`,
      guarantee: `${table} of no order`,
      attempt: another({ order_id: newId }),
    },
    {
      by: `${lines}_pkey`,
      guarantee: `one line twice in ${table}`,
      attempt: anotherLine(({ livedLine: line }) => ({ line_id: line })),
    },
    {
      by: `${lines}_quantity_check`,
      guarantee: `${lines} of nothing`,
      attempt: anotherLine(() => ({ quantity: 0 })),
    },
    {
      by: `${lines}_${key}_fkey`,
      guarantee: `${lines} that belong to none`,
      attempt: anotherLine(() => ({ [key]: newId })),
    },
    {
      by: `${lines}_line_id_fkey`,
      guarantee: `${lines} of no line`,
      attempt: anotherLine(() => ({ line_id: newId })),
    },
  ];
});

/** Both kinds of documents know the condition of units that came back, a return of one unit and a shipment of two. */
const conditions: readonly Refusal[] = (
  [
    { table: 'return_lines', where: (f: Fixture) => `return_id = '${f.returned}'`, units: 1 },
    { table: 'shipment_lines', where: (f: Fixture) => `shipment_id = '${f.shipment}'`, units: 2 },
  ] as const
).flatMap(({ table, where, units }) =>
  [
    { guarantee: 'fewer received units than it has', restocked: 0, damaged: 0, missing: 0 },
    { guarantee: 'more received units than it has', restocked: units, damaged: 1, missing: 0 },
    { guarantee: 'less than nothing received', restocked: units + 1, damaged: 0, missing: -1 },
    { guarantee: 'a condition without the other two', restocked: units, damaged: 'NULL', missing: 0 },
  ].map(({ guarantee, restocked, damaged, missing }) => ({
    by: `${table}_received_check`,
    guarantee: `${table}: ${guarantee}`,
    attempt: (fixture: Fixture) => `
      UPDATE ${table} SET restocked_quantity = ${restocked}, damaged_quantity = ${damaged}, missing_quantity = ${missing}
      WHERE ${where(fixture)}`,
  })),
);

const returned = (set: string) => (fixture: Fixture) =>
  `UPDATE returns SET ${set} WHERE id = '${fixture.returned}'`;

const returns: readonly Refusal[] = [
  {
    by: 'returns_status_check',
    guarantee: 'a return that is nowhere the domain knows',
    attempt: returned("status = 'lost'"),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a received return without its time',
    attempt: returned('received_at = NULL'),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a return that is only approved, with a time of receipt',
    attempt: returned("status = 'approved'"),
  },
  {
    by: 'returns_times_check',
    guarantee: 'an approved return without the time of the decision',
    attempt: returned("status = 'approved', decided_at = NULL, received_at = NULL"),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a return that is only requested, with a time of a decision',
    attempt: returned("status = 'requested', received_at = NULL"),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a cancelled return without its time',
    attempt: returned("status = 'cancelled', received_at = NULL"),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a received return with a time of cancellation',
    attempt: returned('cancelled_at = now()'),
  },
  {
    by: 'returns_times_check',
    guarantee: 'a received return that has expired',
    attempt: returned('expires_at = now(), expired_at = now()'),
  },
  {
    by: 'returns_times_check',
    guarantee: 'an expired return without its time',
    attempt: returned("status = 'expired', received_at = NULL, expires_at = now()"),
  },
  {
    by: 'returns_expiry_check',
    guarantee: 'an expired return whose approval fixed no expiry',
    attempt: returned("status = 'expired', received_at = NULL, expired_at = now()"),
  },
  {
    by: 'returns_expiry_check',
    guarantee: 'the expiry of a return that nobody has approved',
    attempt: returned("status = 'requested', received_at = NULL, decided_at = NULL, expires_at = now()"),
  },
];

const refund =
  (changes: Readonly<Record<string, string | number | null>>) =>
  ({ lived }: Fixture): string =>
    insertOf('refunds', { id: newId, order_id: lived, ordinal: 9, amount_minor: 1, ...changes });

const refunds: readonly Refusal[] = [
  { by: 'refunds_pkey', guarantee: 'two refunds with one id', attempt: (f) => refund({ id: f.refund })(f) },
  {
    by: 'refunds_ordinal_key',
    guarantee: 'two refunds of one order with one number',
    attempt: refund({ ordinal: 2 }),
  },
  {
    by: 'refunds_ordinal_check',
    guarantee: 'the number of the refund that undoes a whole order',
    attempt: refund({ ordinal: 1 }),
  },
  {
    by: 'refunds_status_check',
    guarantee: 'a refund that nothing knows',
    attempt: refund({ status: 'lost', settled_at: '2026-01-01Z' }),
  },
  {
    by: 'refunds_provider_check',
    guarantee: 'a pending refund at the provider itself',
    attempt: refund({ provider_refund_id: 're_1' }),
  },
  {
    by: 'refunds_provider_key',
    guarantee: 'one refund at the provider twice',
    attempt: (fixture) =>
      [9, 10]
        .map((ordinal) =>
          refund({
            ...{ id: `00000000-0000-4000-8000-0000000000${ordinal + 10}`, ordinal },
            ...{ provider_refund_id: 're_1', status: 'succeeded', settled_at: '2026-01-01Z' },
          })(fixture),
        )
        .join(';'),
  },
  { by: 'refunds_amount_check', guarantee: 'a refund of nothing', attempt: refund({ amount_minor: 0 }) },
  {
    by: 'refunds_amount_check',
    guarantee: 'a refund backwards, which would let more be given back than was taken',
    attempt: refund({ amount_minor: -1 }),
  },
  {
    by: 'refunds_settled_check',
    guarantee: 'a refund that was answered, without its time',
    attempt: refund({ status: 'succeeded' }),
  },
  {
    by: 'refunds_settled_check',
    guarantee: 'a time of settlement for a refund that waits',
    attempt: refund({ settled_at: '2026-01-01Z' }),
  },
  {
    by: 'refunds_failure_check',
    guarantee: 'a failed refund that does not say why',
    attempt: refund({ status: 'failed', settled_at: '2026-01-01Z' }),
  },
  {
    by: 'refunds_failure_check',
    guarantee: 'a reason for failure on a refund that succeeded',
    attempt: refund({ status: 'succeeded', settled_at: '2026-01-01Z', failure: 'no' }),
  },
  {
    by: 'refunds_order_id_fkey',
    guarantee: 'a refund of no order',
    attempt: refund({ order_id: newId }),
  },
  {
    by: 'refunds_return_id_fkey',
    guarantee: 'a refund for no return',
    attempt: refund({ return_id: newId }),
  },
  {
    by: 'refunds_within_capture',
    guarantee: 'refunds that are more together than was captured, counting what is under way',
    // 2,000 were captured, and 1,000 of them are being given back.
    attempt: refund({ amount_minor: 1_001 }),
    says: 'are more than was captured',
  },
  {
    by: 'refunds_within_capture',
    guarantee: 'a refund that grows beyond what was captured',
    attempt: ({ refund: id }) => `UPDATE refunds SET amount_minor = 1501 WHERE id = '${id}'`,
    says: 'are more than was captured',
  },
  {
    by: 'refunds_within_capture',
    guarantee: 'a refund of an order that nobody paid',
    attempt: (fixture) => refund({ order_id: fixture.placed })(fixture),
    says: 'are more than was captured',
  },
];

const refusalOf = (orderId: string): string => `
  INSERT INTO order_refusals (order_id, command_id, request_id, type, refusal)
  VALUES ('${orderId}', 'one command', 'one request', 'close', '{}')`;

const commands: readonly Refusal[] = [
  {
    by: 'order_commands_pkey',
    guarantee: 'one command applied to one order twice',
    attempt: ({ lived }) =>
      `INSERT INTO order_commands SELECT * FROM order_commands WHERE order_id = '${lived}'`,
  },
  {
    by: 'order_commands_invoice_key',
    guarantee: 'one key that changes the invoices of two orders',
    attempt: ({ lived, placed }) => `
      INSERT INTO order_commands (order_id, command_id, type, request_hash, result)
      SELECT id::uuid, 'one key', 'record_payment', '', '{}' FROM unnest(ARRAY['${lived}', '${placed}']) AS id`,
  },
  {
    by: 'order_commands_order_id_fkey',
    guarantee: 'a command of no order',
    attempt: ({ lived }) => copyOf('order_commands', `order_id = '${lived}'`, { order_id: newId }),
  },
  {
    by: 'order_refusals_pkey',
    guarantee: 'one request that was refused twice',
    attempt: ({ lived }) => `${refusalOf(lived)}; ${refusalOf(lived)}`,
  },
  {
    by: 'order_refusals_order_id_fkey',
    guarantee: 'a refusal of no order',
    attempt: () => refusalOf(newId),
  },
];

export const lifeRefusals: readonly Refusal[] = [
  ...progress,
  ...stock,
  ...documents,
  ...conditions,
  ...returns,
  ...refunds,
  ...commands,
];
