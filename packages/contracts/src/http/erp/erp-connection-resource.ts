import { ErpKind, type ErpKind as Kind, type RefusedError } from '@oms/domain';
import { z } from 'zod';

import { exactlyWith } from '../kit/fields-together.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { text } from '../kit/text-schema.js';
import { namedBodies, namedResources } from '../kit/named-schemas.js';

// The connection of an organisation to its ERP. The names and types of its settings are declared here. The adapter of
// the ERP checks their values; `erpSettingFault` converts the adapter's faults to refusals of the API.

const name = text({ minLength: 1, maxLength: 200 });
const url = text({ minLength: 1, maxLength: 2_000 }).meta({
  format: 'uri',
  pattern: '^https?://',
  description: 'https, without credentials. It is shown again: it must hold no secret.',
});

const pushShape = {
  kind: z.literal(ErpKind.Push),
  url: url.describe('Where signed snapshots of orders are posted to.'),
};
const trytonShape = {
  kind: z.literal(ErpKind.Tryton),
  url,
  database: name.meta({ pattern: '^[A-Za-z0-9_.-]+$' }),
  user: name,
  products: z
    .strictObject({
      policy: z.enum(['refuse', 'create']),
      account_category: name.nullish().meta({ description: 'Required with `create`.' }),
    })
    .meta({
      description: 'What to do about products that Tryton does not have under the SKU.',
      ...exactlyWith('policy', ['create'], ['account_category']),
    }),
  parties: z
    .strictObject({ policy: z.enum(['refuse', 'create']) })
    .meta({ description: 'What to do about customers that Tryton does not have under their id.' }),
  guest_party_code: name.nullish(),
  adjustment_products: z
    .strictObject({ discount: name.nullish(), tax: name.nullish(), shipping: name.nullish() })
    .nullish(),
  confirm_from: z.enum(['confirmed', 'processing']).nullish(),
};

const kinds = 'must be one of: push, tryton';

/** The body of `PUT /api/v1/oms/erp`. */
export const connectErpBody = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        ...pushShape,
        signing_secret: text({ minLength: 1, maxLength: 200 }).meta({
          description: '`whsec_` and 24 to 64 random bytes in base64, as Standard Webhooks writes them.',
          pattern: '^whsec_[A-Za-z0-9+/]{31,86}={0,2}$',
        }),
      }),
      z.strictObject({ ...trytonShape, password: text({ minLength: 1, maxLength: 1_000 }) }),
    ],
    { error: (issue) => (issue.code === 'invalid_union' ? kinds : undefined) },
  )
  .meta({ description: 'The ERP of an organisation. Replaces the one before as a whole.' })
  .register(namedBodies, { id: 'ConnectErp' });

const shown = {
  connected_at: z.string().meta({ format: 'date-time' }),
  connected_by: z.string(),
};

/** The connection of an organisation to its ERP, without secrets. */
export const erpConnectionResource = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...pushShape, ...shown }),
    z.strictObject({ ...trytonShape, ...shown }),
  ])
  .meta({ description: 'An ERP, without what of its settings is secret.' })
  .register(namedResources, { id: 'ErpConnection' });

/** The answer to a disconnection of the ERP. */
export const disconnectedErpResource = z
  .strictObject({
    kind: z.enum([ErpKind.Push, ErpKind.Tryton]),
    status: z.literal('disconnected'),
  })
  .register(namedResources, { id: 'DisconnectedErp' });

/** The result of a test of the connection to the ERP. */
export const erpTestResource = z
  .strictObject({
    works: z.boolean(),
    message: z.string().meta({ description: 'What was reached, or what stands in the way.' }),
  })
  .register(namedResources, { id: 'ErpTest' });

/** The ERP connection that a client requests. */
export interface WantedErp {
  readonly kind: Kind;
  /** Includes the secret. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export function toConnectErp({ kind, ...settings }: z.output<typeof connectErpBody>): WantedErp {
  return { kind, settings: renamed(settings, camelCase) };
}

/**
 * Converts a fault that the ERP's adapter found in a setting to a refusal of the API.
 *
 * @param path the setting, in the adapter's names
 */
export function erpSettingFault(path: readonly PropertyKey[], message: string): RefusedError {
  const field = path.map((part) => snakeCase(String(part))).join('.');
  return invalidRequest(`${field} ${message}`, field);
}

/** Renders a connection to an ERP. The caller has removed its secrets. */
export function renderErpConnection(connection: {
  readonly kind: Kind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connectedAt: string;
  readonly connectedBy: string;
}): z.output<typeof erpConnectionResource> {
  const shown = {
    kind: connection.kind,
    ...renamed(connection.settings, snakeCase),
    connected_at: connection.connectedAt,
    connected_by: connection.connectedBy,
  };
  // The same kind's schema parsed these settings before they were stored.
  return shown as unknown as z.output<typeof erpConnectionResource>;
}

const camelCase = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Renames settings, and omits null values. */
function renamed(settings: object, rename: (key: string) => string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]: [string, unknown]) => [
        rename(key),
        typeof value === 'object' && value !== null ? renamed(value, rename) : value,
      ]),
  );
}
