import { ErpKind, storable, type TenantScope } from '@oms/domain';
import type { SecretBox } from '@oms/outbound';
import type { z } from 'zod';

import type { ErpConnector } from './erp-connector.js';
import { PushConnector } from './push/push-connector.js';
import { pushSettingsSchema } from './push/push-settings.js';
import type { ErpNetwork } from './transport/erp-network.js';
import { TrytonConnector } from './tryton/tryton-connector.js';
import { trytonSettingsSchema } from './tryton/tryton-settings.js';

type Settings = Readonly<Record<string, unknown>>;

/** A stored connection to an ERP: plain JSON with sealed secrets. */
export interface KeptErpConnection extends TenantScope {
  readonly kind: ErpKind;
  /** The settings without the secret. */
  readonly settings: Settings;
  readonly secrets: string;
}

const schemas = { [ErpKind.Tryton]: trytonSettingsSchema, [ErpKind.Push]: pushSettingsSchema } as const;

/** The secret setting of each kind of ERP. */
export const secretSetting = { [ErpKind.Tryton]: 'password', [ErpKind.Push]: 'signingSecret' } as const;

/** The first fault of the settings, as a zod issue; `undefined` for valid settings. */
export function faultOfErpSettings(kind: ErpKind, settings: Settings): z.core.$ZodIssue | undefined {
  return schemas[kind].safeParse(settings).error?.issues[0];
}

/** Removes the secret from valid settings, and seals it for its owner. */
export function sealErpSettings(
  scope: TenantScope,
  kind: ErpKind,
  settings: Settings,
  box: SecretBox,
): KeptErpConnection {
  const { [secretSetting[kind]]: secret, ...rest } = settings;
  const { tenantId, orgId } = scope;
  return { tenantId, orgId, kind, settings: rest, secrets: box.seal(String(secret), ownerOf(scope, kind)) };
}

/**
 * Makes the connector of a stored connection.
 *
 * @throws SealedError if the secrets cannot be opened; ZodError if the stored settings are no longer valid
 */
export function createErpConnector(
  { kind, settings, secrets, ...scope }: KeptErpConnection,
  { box, network }: { readonly box: SecretBox; readonly network: ErpNetwork },
): ErpConnector {
  const complete = { ...settings, [secretSetting[kind]]: box.open(secrets, ownerOf(scope, kind)) };
  switch (kind) {
    case ErpKind.Tryton:
      return withStorableWords(new TrytonConnector(trytonSettingsSchema.parse(complete), network));
    case ErpKind.Push:
      return withStorableWords(new PushConnector(pushSettingsSchema.parse(complete), network));
  }
}

/**
 * Makes texts of an ERP storable: they go into histories and into the database, which cannot store every JSON string.
 */
function withStorableWords(connector: ErpConnector): ErpConnector {
  return {
    pushOrder: async (order, call) => storable(await connector.pushOrder(order, call)),
    testConnection: async () => storable(await connector.testConnection()),
  };
}

const ownerOf = ({ tenantId, orgId }: TenantScope, kind: ErpKind): string => `${tenantId}/${orgId}/${kind}`;
