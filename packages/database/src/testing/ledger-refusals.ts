import { copyOf, newId, type Fixture, type Refusal } from './refusal-fixture.js';

/** Without triggers: what the check itself says of sums that the triggers would never let through to it. */
const withoutTriggers = (sql: string): string => `SET LOCAL session_replication_role = replica; ${sql}`;

const entry = (
  operation: string,
  amountMinor: number,
  { ordinal = 2, key = 'new', orderId }: { ordinal?: number; key?: string; orderId?: string } = {},
) => {
  return ({ paid }: Fixture) => `
    INSERT INTO payment_ledger (order_id, operation, ordinal, idempotency_key, amount_minor, provider_object_id)
    VALUES ('${orderId ?? paid}', '${operation}', ${ordinal}, '${key}', ${amountMinor}, 'object')`;
};

const sums =
  (set: string) =>
  ({ paid }: Fixture) =>
    `UPDATE payments SET ${set} WHERE order_id = '${paid}'`;

const payments: readonly Refusal[] = [
  {
    by: 'payments_pkey',
    guarantee: 'a second payment of one order',
    attempt: ({ paid }) => `
      INSERT INTO payments (order_id, provider, reference, currency) VALUES ('${paid}', 'stripe', 'other', 'USD')`,
  },
  {
    by: 'payments_reference_key',
    guarantee: 'a second order that pays with the same reference',
    attempt: ({ placed, paidReference }) => `
      INSERT INTO payments (order_id, provider, reference, currency)
      VALUES ('${placed}', 'stripe', '${paidReference}', 'USD')`,
  },
  {
    by: 'payments_order_id_fkey',
    guarantee: 'a payment of no order',
    attempt: () => `
      INSERT INTO payments (order_id, provider, reference, currency) VALUES ('${newId}', 'stripe', 'other', 'USD')`,
  },
  {
    by: 'payments_money_step_check',
    guarantee: 'a step of no money at all',
    attempt: (fixture) => withoutTriggers(sums('money_step_minor = 0')(fixture)),
  },
  {
    by: 'payments_captured_check',
    guarantee: 'more captured than authorised',
    attempt: entry('capture', 601),
  },
  {
    by: 'payments_captured_check',
    guarantee: 'captured and voided together more than authorised, by a capture',
    attempt: entry('capture', 501),
  },
  {
    by: 'payments_captured_check',
    guarantee: 'captured and voided together more than authorised, by a void',
    attempt: entry('void', 501),
  },
  {
    by: 'payments_captured_check',
    guarantee: 'a captured sum below zero',
    attempt: (fixture) => withoutTriggers(sums('captured_minor = -1, refunded_minor = -1')(fixture)),
  },
  {
    by: 'payments_voided_check',
    guarantee: 'a voided sum below zero, which would let more be captured than was authorised',
    attempt: (fixture) => withoutTriggers(sums('voided_minor = -1')(fixture)),
  },
  { by: 'payments_refunded_check', guarantee: 'more refunded than captured', attempt: entry('refund', 351) },
  {
    by: 'payments_refunded_check',
    guarantee: 'a refunded sum below zero',
    attempt: (fixture) => withoutTriggers(sums('refunded_minor = -1')(fixture)),
  },
  {
    by: 'payments_disputed_check',
    guarantee: 'more disputed money given back than was taken',
    attempt: entry('dispute_reinstated', 1),
  },
  ...['authorized', 'captured', 'voided', 'refunded', 'disputed'].flatMap((what) => [
    {
      by: 'payments_sums_update',
      guarantee: `a payment whose sum of what was ${what} moves without a ledger entry`,
      attempt: sums(`${what}_minor = ${what}_minor + 1`),
      says: 'the sums of payments follow its ledger',
    },
    {
      by: 'payments_sums_insert',
      guarantee: `a payment that begins with a sum of what was ${what}`,
      attempt: ({ placed }: Fixture) => `
        INSERT INTO payments (order_id, provider, reference, currency, ${what}_minor)
        VALUES ('${placed}', 'stripe', 'other', 'USD', 1)`,
      says: 'the sums of payments follow its ledger',
    },
  ]),
  {
    by: 'payment_ledger_pkey',
    guarantee: 'two entries of the payment ledger with one id',
    attempt: () => 'INSERT INTO payment_ledger OVERRIDING SYSTEM VALUE SELECT * FROM payment_ledger',
  },
  {
    by: 'payment_ledger_operation_check',
    guarantee: 'an operation that nobody knows',
    attempt: entry('lend', 1),
  },
  { by: 'payment_ledger_amount_check', guarantee: 'a movement of nothing', attempt: entry('capture', 0) },
  { by: 'payment_ledger_amount_check', guarantee: 'a movement backwards', attempt: entry('capture', -1) },
  {
    by: 'payment_ledger_operation_key',
    guarantee: 'one operation of an order recorded twice',
    attempt: entry('capture', 1, { ordinal: 1 }),
  },
  {
    by: 'payment_ledger_idempotency_key_key',
    guarantee: "two movements under one of the provider's keys",
    attempt: (fixture) => entry('capture', 1, { key: `${fixture.paid}:capture:1` })(fixture),
  },
  {
    by: 'payment_ledger_refund_object_key',
    guarantee: 'a refund of somebody else that is recorded twice',
    attempt: (fixture) =>
      [1, 2]
        .map((ordinal) => entry('refund_elsewhere', 1, { ordinal, key: `elsewhere-${ordinal}` })(fixture))
        .join(';'),
  },
  {
    by: 'payment_ledger_order_id_fkey',
    guarantee: 'a movement of a payment that no order has',
    attempt: (fixture) => entry('authorize', 1, { orderId: fixture.placed })(fixture),
  },
];

const stock =
  (kind: string, onHandDelta: number, reservedDelta: number, lineId?: string, documentId?: string) =>
  (fixture: Fixture) => `
  INSERT INTO stock_ledger (tenant_id, org_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, line_id, document_id)
  VALUES ('${fixture.tenantId}', '${fixture.orgId}', '${fixture.variantId}', '${fixture.locationId}',
    '${kind}', ${onHandDelta}, ${reservedDelta}, ${orNull(lineId)}, ${orNull(documentId)})`;

const orNull = (id: string | undefined): string => (id === undefined ? 'NULL' : `'${id}'`);

const reservation =
  (set: string) =>
  ({ paidLine }: Fixture) =>
    `UPDATE reservations SET ${set} WHERE line_id = '${paidLine}'`;

const level = ({ variantId }: Fixture): string => `variant_id = '${variantId}'`;

const levels: readonly Refusal[] = [
  {
    by: 'inventory_levels_pkey',
    guarantee: 'two levels of one variant at one location',
    attempt: (fixture) => copyOf('inventory_levels', level(fixture), { on_hand: 0, reserved: 0 }),
  },
  {
    by: 'inventory_levels_reserved_check',
    guarantee: 'more reserved than there is',
    attempt: stock('reserve', 0, 9, newId),
  },
  {
    by: 'inventory_levels_reserved_check',
    guarantee: 'less than nothing reserved',
    attempt: stock('release', 0, -3, newId),
  },
  {
    by: 'inventory_levels_reserved_check',
    guarantee: 'stock taken away that orders hold',
    attempt: stock('adjust', -9, 0),
  },
  ...['on_hand', 'reserved'].flatMap((sum) => [
    {
      by: 'inventory_levels_sums_update',
      guarantee: `a level whose ${sum} moves without a ledger entry`,
      attempt: (fixture: Fixture) =>
        `UPDATE inventory_levels SET ${sum} = ${sum} + 1 WHERE ${level(fixture)}`,
      says: 'the sums of inventory_levels follow its ledger',
    },
  ]),
  {
    by: 'inventory_levels_sums_insert',
    guarantee: 'a level that begins with units that nobody received',
    attempt: (fixture) =>
      copyOf('inventory_levels', level(fixture), { location_id: newId, on_hand: 1, reserved: 0 }),
    says: 'the sums of inventory_levels follow its ledger',
  },
];

const reservations: readonly Refusal[] = [
  {
    by: 'reservations_pkey',
    guarantee: 'two reservations of one line at one location',
    attempt: ({ paidLine }) => copyOf('reservations', `line_id = '${paidLine}'`),
  },
  {
    by: 'reservations_quantity_check',
    guarantee: 'a reservation of nothing',
    attempt: reservation('quantity = 0'),
  },
  {
    by: 'reservations_status_check',
    guarantee: 'a reservation that is neither held nor released',
    attempt: reservation("status = 'lost'"),
  },
  {
    by: 'reservations_released_check',
    guarantee: 'a release without its time',
    attempt: reservation("status = 'released'"),
  },
  {
    by: 'reservations_released_check',
    guarantee: 'a time of release for what is held',
    attempt: reservation('released_at = now()'),
  },
  {
    by: 'reservations_line_id_fkey',
    guarantee: 'a reservation for no line',
    attempt: ({ paidLine }) => copyOf('reservations', `line_id = '${paidLine}'`, { line_id: newId }),
  },
  {
    by: 'reservations_line_id_fkey',
    guarantee: 'a line deleted from under its reservation',
    attempt: ({ paidLine }) => `DELETE FROM order_lines WHERE id = '${paidLine}'`,
  },
];

const stockLedger: readonly Refusal[] = [
  {
    by: 'stock_ledger_pkey',
    guarantee: 'two entries of the stock ledger with one id',
    attempt: () => 'INSERT INTO stock_ledger OVERRIDING SYSTEM VALUE SELECT * FROM stock_ledger',
  },
  {
    by: 'stock_ledger_kind_check',
    guarantee: 'a movement of stock that nobody knows',
    attempt: stock('lend', 1, 0),
  },
  ...(
    [
      ['receive', 0, 0],
      ['receive', -1, 0],
      ['receive', 1, 1],
      ['adjust', 0, 0],
      ['adjust', 1, 1],
      ['reserve', 1, 1, newId],
      ['reserve', 0, 0, newId],
      ['reserve', 0, -1, newId],
      ['reserve', 0, 1],
      ['release', -1, -1, newId],
      ['release', 0, 0, newId],
      ['release', 0, 1, newId],
      ['release', 0, -1],
      ['ship', -1, -1, newId],
      ['ship', -1, 0, newId, newId],
      ['ship', 1, 1, newId, newId],
      ['ship', -1, -1, undefined, newId],
      ['unship', 1, 1, newId],
      ['unship', 1, 0, newId, newId],
      ['unship', -1, -1, newId, newId],
      ['unship', 1, 1, undefined, newId],
      ['restock', 1, 0, newId],
      ['restock', 0, 0, newId, newId],
      ['restock', 1, 1, newId, newId],
      ['restock', 1, 0, undefined, newId],
    ] as const
  ).map(([kind, onHand, reserved, lineId, documentId]) => ({
    by: 'stock_ledger_delta_check',
    guarantee: `${kind} that moves on hand by ${onHand} and reserved by ${reserved}${lineId ? '' : ', for no line'}${documentId ? ', by a document' : ''}`,
    attempt: stock(kind, onHand, reserved, lineId, documentId),
  })),
  {
    by: 'stock_ledger_hold_key',
    guarantee: 'one line reserved twice at one location',
    attempt: (fixture) => stock('reserve', 0, 1, fixture.paidLine)(fixture),
  },
  {
    by: 'stock_ledger_level_fkey',
    guarantee: 'a movement of stock where there is no level',
    attempt: (fixture) => stock('receive', 1, 0)({ ...fixture, locationId: newId }),
  },
];

export const ledgerRefusals: readonly Refusal[] = [...payments, ...levels, ...reservations, ...stockLedger];
