import type { TenantSettings } from '@oms/domain';
import { z } from 'zod';

import { atLeastOneOf } from '../kit/fields-together.js';
import { given } from '../kit/given.js';
import { namedBodies, namedResources } from '../kit/named-schemas.js';

const daySeconds = 86_400;

/** Orders live in workflows, whose waits are not to be forgotten by whoever set them: two years at most. */
const maxReturnWindowSeconds = 730 * daySeconds;
/** No provider holds money longer than that. */
const maxPendingLimitSeconds = 30 * daySeconds;
/** Less would give an order up while a step is still tried for the first time. */
const minPendingLimitSeconds = 60;

const prefixMeta = { description: 'Before the number of each order.', example: 'BS' };
const prefix = z
  .string()
  .regex(/^[A-Z0-9]{1,8}$/, { error: 'must be 1 to 8 capital letters A to Z or digits' })
  .meta(prefixMeta);
const returnWindowMeta = {
  description: 'How long after its delivery an order is open for returns; then it is closed.',
};
const pendingLimitMeta = {
  description:
    'How long an order may stay pending while a step cannot be done; then it is cancelled and undone.',
};

const paymentsRequireMetadataMeta = {
  description:
    'Whether every payment has to name this tenant and the organization of its order, as the checkout guide says. A payment that names another tenant or organization is never taken, whatever this is.',
};

/** What `GET /api/v1/oms/settings` answers. */
export const tenantSettingsResource = z
  .strictObject({
    order_number_prefix: z.string().meta(prefixMeta),
    return_window_seconds: z.int().min(1).meta(returnWindowMeta),
    pending_limit_seconds: z.int().min(1).meta(pendingLimitMeta),
    payments_require_metadata: z.boolean().meta(paymentsRequireMetadataMeta),
  })
  .register(namedResources, { id: 'TenantSettings' });

const settingNames = Object.keys(tenantSettingsResource.shape);

/** The body of `PATCH /api/v1/oms/settings`. As everywhere, a field that is null counts as left out. */
export const changeSettingsBody = z
  .strictObject({
    order_number_prefix: prefix.nullish(),
    return_window_seconds: z.int().min(1).max(maxReturnWindowSeconds).nullish().meta(returnWindowMeta),
    pending_limit_seconds: z
      .int()
      .min(minPendingLimitSeconds)
      .max(maxPendingLimitSeconds)
      .nullish()
      .meta(pendingLimitMeta),
    payments_require_metadata: z.boolean().nullish().meta(paymentsRequireMetadataMeta),
  })
  .superRefine((body, context) => {
    if (Object.keys(given(body)).length > 0) return;
    context.addIssue({
      code: 'custom',
      message: `must name at least one setting: ${settingNames.join(', ')}`,
    });
  })
  .meta({
    description: 'What is left out stays as it is. Orders that are recorded from then on go by it.',
    ...atLeastOneOf(...settingNames),
  })
  .register(namedBodies, { id: 'ChangeSettings' });

export type TenantSettingsResource = z.output<typeof tenantSettingsResource>;

export function renderTenantSettings(settings: TenantSettings): TenantSettingsResource {
  return {
    order_number_prefix: settings.orderNumberPrefix,
    return_window_seconds: settings.returnWindowSeconds,
    pending_limit_seconds: settings.pendingLimitSeconds,
    payments_require_metadata: settings.paymentsRequireMetadata,
  };
}

export function toChangeSettings(wanted: z.output<typeof changeSettingsBody>): Partial<TenantSettings> {
  return given({
    orderNumberPrefix: wanted.order_number_prefix,
    returnWindowSeconds: wanted.return_window_seconds,
    pendingLimitSeconds: wanted.pending_limit_seconds,
    paymentsRequireMetadata: wanted.payments_require_metadata,
  });
}
