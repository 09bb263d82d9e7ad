import { insertOf, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const connection = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('erp_connections', {
    ...{ tenant_id: fixture.tenantId, org_id: fixture.orgId, kind: 'push', settings: '{}' },
    ...{ secrets: 'v1.sealed', connected_by: 'ada', ...changes },
  });

const link = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('erp_links', { order_id: fixture.paid, ...changes });

const linkOf =
  (changes: Values) =>
  (fixture: Fixture): string =>
    link(fixture, changes);

const pushed = { status: 'synced', erp_id: 'SO1', pushed_version: 2, tried_version: 2 };
const failed = { status: 'failed', last_error: 'away', failing_since: 'now', next_attempt_at: 'now' };

/** Of an order whose second version the ERP has. */
const change =
  (set: string) =>
  (fixture: Fixture): string =>
    `${link(fixture, pushed)}; UPDATE erp_links SET ${set} WHERE order_id = '${fixture.paid}'`;

export const erpRefusals: readonly Refusal[] = [
  {
    by: 'erp_connections_pkey',
    guarantee: 'two ERPs of one organisation',
    attempt: (fixture) => `${connection(fixture)}; ${connection(fixture, { kind: 'tryton' })}`,
  },
  {
    by: 'erp_connections_kind_check',
    guarantee: 'an ERP that nothing speaks to',
    attempt: (fixture) => connection(fixture, { kind: 'abacus' }),
  },
  ...['[]', '{"password": "x"}', '{"signingSecret": "x"}'].map((settings): Refusal => ({
    by: 'erp_connections_settings_check',
    guarantee: `the settings ${settings}`,
    attempt: (fixture) => connection(fixture, { settings }),
  })),
  {
    by: 'erp_connections_secrets_check',
    guarantee: 'a secret that is not sealed',
    attempt: (fixture) => connection(fixture, { secrets: 'password' }),
  },
  {
    by: 'erp_links_pkey',
    guarantee: 'two links of one order',
    attempt: (fixture) => `${link(fixture)}; ${link(fixture)}`,
  },
  {
    by: 'erp_links_order_id_fkey',
    guarantee: 'a link of no order',
    attempt: linkOf({ order_id: '00000000-0000-4000-8000-000000000009' }),
  },
  {
    by: 'erp_links_status_check',
    guarantee: 'a link that stands where nothing knows',
    attempt: linkOf({ status: 'lost' }),
  },
  {
    by: 'erp_links_attempts_check',
    guarantee: 'fewer attempts than none',
    attempt: linkOf({ attempts: -1 }),
  },
  {
    by: 'erp_links_versions_check',
    guarantee: 'a version that the ERP has and nobody has tried',
    attempt: linkOf({ erp_id: 'SO1', pushed_version: 3, tried_version: 2 }),
  },
  {
    by: 'erp_links_erp_id_check',
    guarantee: 'a version at the ERP without its id there',
    attempt: linkOf({ pushed_version: 1, tried_version: 1 }),
  },
  {
    by: 'erp_links_synced_check',
    guarantee: 'an ERP that has everything, and had a fault',
    attempt: linkOf({ ...pushed, last_error: 'away' }),
  },
  {
    by: 'erp_links_synced_check',
    guarantee: 'an ERP that has everything, but for the newest version that was tried',
    attempt: linkOf({ ...pushed, tried_version: 3 }),
  },
  {
    by: 'erp_links_error_check',
    guarantee: 'a refusal that does not say why',
    attempt: linkOf({ status: 'refused' }),
  },
  {
    by: 'erp_links_failed_check',
    guarantee: 'a push that failed, and nobody knows when it is tried again',
    attempt: linkOf({ ...failed, next_attempt_at: null }),
  },
  {
    by: 'erp_links_failed_check',
    guarantee: 'a next attempt where nothing failed',
    attempt: linkOf({ ...failed, status: 'pending' }),
  },
  ...['tried_version = 1', 'pushed_version = 1', 'pushed_version = NULL, erp_id = NULL'].map(
    (set): Refusal => ({
      by: 'erp_links_change',
      guarantee: `an ERP that had a version and then has less: ${set}`,
      attempt: change(set),
      says: 'only gets newer',
    }),
  ),
];
