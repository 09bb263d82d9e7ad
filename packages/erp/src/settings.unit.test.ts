import { describe, expect, it } from 'vitest';

import { pushSettingsSchema } from './push/push-settings.js';
import { newSigningSecret } from './testing/steered-push.js';
import { trytonSettingsSchema } from './tryton/tryton-settings.js';

const signingSecret = newSigningSecret();
const tryton = {
  url: 'https://erp.example.com',
  database: 'shop',
  user: 'oms',
  password: 'secret',
  products: { policy: 'refuse' },
  parties: { policy: 'create' },
};

function complaints(result: {
  readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined;
}): string {
  return (result.error?.issues ?? []).map(({ message }) => message).join('; ');
}

describe('the URL of an ERP', () => {
  it.each([
    ['ftp://erp.example.com/', 'https URL'],
    ['http://erp.example.com/', 'https, except'],
    ['http://127.0.0.1.example.com/', 'https, except'],
    ['http://10.0.0.1/', 'https, except'],
    ['https://user:word@erp.example.com/', 'credentials'],
    ['https://erp.example.com/#fragment', 'fragment'],
    ['erp.example.com', 'must be a URL'],
    ['/orders', 'must be a URL'],
  ])('is refused: %s', (url, complaint) => {
    expect(complaints(pushSettingsSchema.safeParse({ url, signingSecret }))).toContain(complaint);
    expect(complaints(trytonSettingsSchema.safeParse({ ...tryton, url }))).toContain(complaint);
  });

  it.each([
    'https://erp.example.com/orders?tenant=7',
    'http://127.0.0.1:8000/',
    'http://[::1]:8000/',
    'http://localhost:8000/',
  ])('is taken: %s', (url) => {
    expect(pushSettingsSchema.safeParse({ url, signingSecret }).success).toBe(true);
  });
});

it.each([
  '',
  'whsec_',
  'secret',
  'whsec_c2hvcnQ=',
  'whsec_***',
  `whsec_${Buffer.alloc(65).toString('base64')}`,
])('refuses the signing secret %j, and does not repeat it', (secret) => {
  const result = pushSettingsSchema.safeParse({ url: 'https://erp.example.com/', signingSecret: secret });
  expect(result.success).toBe(false);
  if (secret.length > 10) expect(complaints(result)).not.toContain(secret);
});

it('requires the accounting category of products to create', () => {
  expect(trytonSettingsSchema.safeParse({ ...tryton, products: { policy: 'create' } }).success).toBe(false);
  expect(
    trytonSettingsSchema.parse({ ...tryton, products: { policy: 'create', accountCategory: 'Goods' } }),
  ).toMatchObject({ confirmFrom: 'processing', adjustmentProducts: {} });
});

it.each(['.', '..', '../other', 'a/b', '%2e%2e', 'a?b', 'a#b', '-', 'a\\b'])(
  'refuses a database name that would lead to another path: %s',
  (database) => {
    expect(trytonSettingsSchema.safeParse({ ...tryton, database }).success).toBe(false);
  },
);

it.each(['shop', 'shop.2', 'Shop-2', '_shop', '2shops', 'a..b'])(
  'accepts the name of a database: %s',
  (database) => {
    expect(trytonSettingsSchema.parse({ ...tryton, database }).database).toBe(database);
  },
);
