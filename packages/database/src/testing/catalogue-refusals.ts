import { insertOf, newId, type Fixture, type Refusal, type Values } from './refusal-fixture.js';

const scopeOf = ({ tenantId, orgId }: Fixture): Values => ({ tenant_id: tenantId, org_id: orgId });

const otherId = newId.replace(/1$/, '2');

const product = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('products', {
    ...{ ...scopeOf(fixture), id: 'prod_1', title: 'Shirt', currency: 'USD', currency_exponent: 2 },
    ...changes,
  });

const variant = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('product_variants', {
    ...{ ...scopeOf(fixture), id: newId, product_id: 'prod_1', position: 1, sku: 'SHIRT' },
    ...{ price_minor: 100, requires_shipping: 'true', ...changes },
  });

/** Of one product with one variant, what a second variant must not be. */
const secondVariant =
  (changes: Values) =>
  (fixture: Fixture): string =>
    [
      product(fixture),
      variant(fixture),
      variant(fixture, { id: otherId, position: 2, sku: 'OTHER', ...changes }),
    ].join(';');

const products: readonly Refusal[] = [
  {
    by: 'products_pkey',
    guarantee: 'two products of one organisation with one id',
    attempt: (fixture) => `${product(fixture)}; ${product(fixture)}`,
  },
  ...['1', 'prod_', 'prod_a-b', `prod_${'a'.repeat(65)}`].map((id) => ({
    by: 'products_id_check',
    guarantee: `a product with the id ${id.slice(0, 12)}`,
    attempt: (fixture: Fixture) => product(fixture, { id }),
  })),
  ...[-1, 5].map((currency_exponent) => ({
    by: 'products_currency_exponent_check',
    guarantee: `a product in a currency with ${currency_exponent} decimals`,
    attempt: (fixture: Fixture) => product(fixture, { currency_exponent }),
  })),
  {
    by: 'product_variants_pkey',
    guarantee: 'two variants with one id',
    attempt: secondVariant({ id: newId }),
  },
  {
    by: 'product_variants_price_check',
    guarantee: 'a variant that costs less than nothing',
    attempt: secondVariant({ price_minor: -1 }),
  },
  {
    by: 'product_variants_position_key',
    guarantee: 'two variants of one product at one position',
    attempt: secondVariant({ position: 1 }),
  },
  {
    by: 'product_variants_sku_key',
    guarantee: 'two variants of one organisation with one SKU',
    attempt: secondVariant({ sku: 'SHIRT' }),
  },
  {
    by: 'product_variants_product_fkey',
    guarantee: 'a variant of no product',
    attempt: secondVariant({ product_id: 'prod_2' }),
  },
];

const [hash, otherHash] = ['a'.repeat(64), 'b'.repeat(64)] as const;

const apiKey = (fixture: Fixture, changes: Values = {}): string =>
  insertOf('api_keys', {
    ...{ ...scopeOf(fixture), id: newId, name: 'shop', prefix: 'oms_', hash, scopes: '{order:read}' },
    ...{ created_by: 'test', ...changes },
  });

/** Of one key, what must not become of it, or what a second one must not be. */
const thenKey =
  (then: (fixture: Fixture) => string, first: Values = {}) =>
  (fixture: Fixture): string =>
    `${apiKey(fixture, first)}; ${then(fixture)}`;

const setKey = (set: string) => (): string => `UPDATE api_keys SET ${set} WHERE id = '${newId}'`;

const apiKeys: readonly Refusal[] = [
  {
    by: 'api_keys_pkey',
    guarantee: 'two API keys with one id',
    attempt: thenKey((fixture) => apiKey(fixture, { hash: otherHash })),
  },
  {
    by: 'api_keys_hash_key',
    guarantee: 'two API keys with one secret',
    attempt: thenKey((fixture) => apiKey(fixture, { id: otherId })),
  },
  {
    by: 'api_keys_hash_check',
    guarantee: 'a secret itself in the place of its hash',
    attempt: (fixture) => apiKey(fixture, { hash: 'oms_secret' }),
  },
  ...['{}', '{order:admin}'].map((scopes) => ({
    by: 'api_keys_scopes_check',
    guarantee: `an API key with the scopes ${scopes}`,
    attempt: (fixture: Fixture) => apiKey(fixture, { scopes }),
  })),
  ...['id', 'tenant_id', 'org_id'].map((column) => ({
    by: 'api_keys_change',
    guarantee: `another ${column} for an API key`,
    attempt: thenKey(setKey(`${column} = '${otherId}'`)),
    says: 'an API key stays whose it is',
  })),
  ...['revoked_at = NULL', `hash = '${otherHash}'`].map((set) => ({
    by: 'api_keys_change',
    guarantee: `${set.split(' ')[0]} of an API key that is revoked`,
    attempt: thenKey(setKey(set), { revoked_at: '2026-01-01Z' }),
    says: 'is revoked for good',
  })),
];

const previousSecret = (changes: Values = {}): string =>
  insertOf('previous_api_key_secrets', {
    ...{ hash: otherHash, api_key_id: newId, prefix: 'oms_' },
    ...{ replaced_at: '2026-01-01Z', valid_until: '2026-01-02Z', ...changes },
  });

const previousSecrets: readonly Refusal[] = [
  {
    by: 'previous_api_key_secrets_pkey',
    guarantee: 'a secret that is replaced twice',
    attempt: thenKey(() => `${previousSecret()}; ${previousSecret()}`),
  },
  {
    by: 'previous_api_key_secrets_api_key_id_fkey',
    guarantee: 'a replaced secret of no API key',
    attempt: () => previousSecret(),
  },
  {
    by: 'previous_api_key_secrets_hash_check',
    guarantee: 'a replaced secret itself in the place of its hash',
    attempt: thenKey(() => previousSecret({ hash: 'oms_secret' })),
  },
  {
    by: 'previous_api_key_secrets_valid_until_check',
    guarantee: 'a replaced secret whose grace period ends before the rotation',
    attempt: thenKey(() => previousSecret({ valid_until: '2025-12-31Z' })),
  },
];

const command = (fixture: Fixture): string =>
  insertOf('commands', {
    ...{ ...scopeOf(fixture), id: newId, kind: 'create_product' },
    ...{ request_hash: 'hash', request_id: 'request', result: '{}' },
  });

const notification = (changes: Values = {}): string =>
  insertOf('payment_notifications', {
    ...{ provider: 'stripe', event_id: 'evt_1', kind: 'captured', reference: 'pi_1' },
    ...{ occurred_at: '2026-01-01Z', ...changes },
  });

const records: readonly Refusal[] = [
  {
    by: 'commands_pkey',
    guarantee: 'one command carried out twice',
    attempt: (fixture) => `${command(fixture)}; ${command(fixture)}`,
  },
  {
    by: 'payment_notifications_pkey',
    guarantee: 'two notifications with one id',
    attempt: () =>
      `${notification()}; INSERT INTO payment_notifications OVERRIDING SYSTEM VALUE SELECT * FROM payment_notifications`,
  },
  {
    by: 'payment_notifications_event_key',
    guarantee: 'one notification of a provider twice',
    attempt: () => `${notification()}; ${notification({ kind: 'voided' })}`,
  },
  {
    by: 'payment_notifications_kind_check',
    guarantee: 'a notification of what the domain does not know',
    attempt: () => notification({ kind: 'promised' }),
  },
  {
    by: 'payment_notifications_owner_kind_check',
    guarantee: 'an owner of a payment that the domain does not know',
    attempt: () => notification({ owner_kind: 'lender' }),
  },
  {
    by: 'payment_notifications_owner_check',
    guarantee: 'a named owner of a payment without its organisation',
    attempt: () => notification({ owner_kind: 'named', owner_tenant_id: newId }),
  },
  {
    by: 'payment_notifications_owner_check',
    guarantee: 'an unnamed owner of a payment with a tenant',
    attempt: () => notification({ owner_kind: 'unnamed', owner_tenant_id: newId }),
  },
  ...['NULL', 'now()'].map((time) => ({
    by: 'payment_notifications_settled_once',
    guarantee: `a notification that is settled once more: ${time}`,
    attempt: () =>
      `${notification({ settled_at: '2026-01-01Z' })}; UPDATE payment_notifications SET settled_at = ${time}`,
    says: 'payment_notifications is append-only',
  })),
];

export const catalogueRefusals: readonly Refusal[] = [
  ...products,
  ...apiKeys,
  ...previousSecrets,
  ...records,
];
