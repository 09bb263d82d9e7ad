import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const stated = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('payment_statements', {
    ...{ id: newId, order_id: fixture.paid, phase: 'paying', outcome: 'captured', amount_minor: 5 },
    ...{ provider_object_id: 'ch_1', evidence: 'seen', stated_by: 'ada', reason: 'away' },
    ...{ provider_said: 'nothing', ...changes },
  });

const statedOf =
  (changes: Values) =>
  (fixture: Fixture): string =>
    stated(fixture, changes);

const refusal = (by: string, guarantee: string, changes: Values): Refusal => ({
  ...{ by, guarantee },
  attempt: statedOf(changes),
});

export const statementRefusals: readonly Refusal[] = [
  {
    by: 'payment_statements_pkey',
    guarantee: 'two statements with one id',
    attempt: (fixture) => `${stated(fixture)}; ${stated(fixture)}`,
  },
  refusal('payment_statements_order_id_fkey', 'a statement about no order', { order_id: newId }),
  refusal('payment_statements_phase_check', 'a statement about what nobody does', { phase: 'shipping' }),
  refusal('payment_statements_outcome_check', 'an outcome that nobody knows', {
    outcome: 'perhaps',
    amount_minor: null,
  }),
  refusal('payment_statements_money_check', 'money that was taken, and was none', { amount_minor: 0 }),
  refusal('payment_statements_money_check', 'money that was taken under no id', { provider_object_id: null }),
  refusal('payment_statements_money_check', 'an amount of what no provider has', {
    ...{ outcome: 'settled_elsewhere', phase: 'taken_back' },
  }),
  refusal('payment_statements_money_check', 'an amount of what was not taken', { outcome: 'not_captured' }),
  ...['stated_by', 'reason', 'evidence'].map((field) =>
    refusal('payment_statements_words_check', `a statement whose ${field} says nothing`, { [field]: ' ' }),
  ),
  ...['UPDATE payment_statements SET amount_minor = 6', 'DELETE FROM payment_statements'].map(
    (sql): Refusal => ({
      by: 'payment_statements_append_only',
      guarantee: sql,
      attempt: (fixture) => `${stated(fixture)}; ${sql}`,
      says: 'append-only',
    }),
  ),
  {
    by: 'payment_ledger_statement_id_fkey',
    guarantee: 'an entry that rests on a statement that nobody made',
    attempt: ({ paid }) =>
      insertOf('payment_ledger', {
        ...{ order_id: paid, operation: 'refund', ordinal: 7, idempotency_key: 'new', amount_minor: 1 },
        ...{ provider_object_id: 're_new', statement_id: newId },
      }),
  },
];
