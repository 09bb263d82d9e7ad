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

/** An ERP as it is kept: plain JSON, of which nothing is secret that is not sealed. */
export interface KeptErpConnection extends TenantScope {
  readonly kind: ErpKind;
  /** Without what is secret. */
  readonly settings: Settings;
  readonly secrets: string;
}

const schemas = { [ErpKind.Tryton]: trytonSettingsSchema, [ErpKind.Push]: pushSettingsSchema } as const;

/** The secret setting of each kind of ERP. */
export const secretSetting = { [ErpKind.Tryton]: 'password', [ErpKind.Push]: 'signingSecret' } as const;

/** The first fault of the settings, in zod's words and paths; `undefined` for valid settings. */
export function faultOfErpSettings(kind: ErpKind, settings: Settings): z.core.$ZodIssue | undefined {
  return schemas[kind].safeParse(settings).error?.issues[0];
}

/** Takes what is secret out of settings that were found to be valid, and seals it for their owner. */
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
 * Makes the connector of a connection.
 *
 * @throws SealedError where the secrets cannot be opened; ZodError where what was kept is no longer valid
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

/** Texts of an ERP go into histories and into the database, which cannot hold every text of JSON. */
function withStorableWords(connector: ErpConnector): ErpConnector {
  return {
    pushOrder: async (order, call) => storable(await connector.pushOrder(order, call)),
    testConnection: async () => storable(await connector.testConnection()),
  };
}

const ownerOf = ({ tenantId, orgId }: TenantScope, kind: ErpKind): string => `${tenantId}/${orgId}/${kind}`;
