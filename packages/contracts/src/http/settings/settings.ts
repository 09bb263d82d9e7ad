import {
  capturePolicies,
  CapturePolicy,
  LapsingAuthorizations,
  lapsingAuthorizationRules,
  splitShipmentRules,
  SplitShipments,
} from '@oms/domain';
import { z } from 'zod';

import { Api } from '../kit/api.js';
import { defineSingleton } from '../kit/define-singleton.js';
import { Permission } from '../kit/permission.js';

const daySeconds = 86_400;
const maxReturnExpiryDays = 730;
/** Ten years, as long as books are kept. */
const maxRefundWindowDays = 3_653;

/** The workflow of a delivered order runs until its return window ends, so the window has a limit: two years. */
const maxReturnWindowSeconds = 730 * daySeconds;
/** Payment providers hold an authorisation for at most 30 days. */
const maxPendingLimitSeconds = 30 * daySeconds;
/** A shorter limit would cancel an order during the first attempt of a step. */
const minPendingLimitSeconds = 60;

/** A tenant's settings for the orders of all of its organisations. */
export const settings = defineSingleton({
  noun: 'setting',
  nouns: 'settings',
  name: 'tenant settings',
  api: Api.Orders,
  tag: 'Settings',
  path: '/api/v1/oms/settings',
  permission: Permission.SettingsManage,
  fields: {
    capture_policy: z.enum(capturePolicies).meta({
      description:
        'When the payment of an order is captured. `at_shipment`: once, before its first units leave; until then the provider only holds the money. An order may say so itself.',
    }),
    split_shipments: z.enum(splitShipmentRules).meta({
      description:
        'Of orders that are captured when they ship: a provider captures a payment once. `capture_all`: the first shipment captures for all units that are not cancelled. `refuse`: a first shipment that leaves units behind is refused.',
    }),
    lapsing_authorizations: z.enum(lapsingAuthorizationRules).meta({
      description:
        'What is done with an order that has not shipped a day before its authorisation lapses. `flag`: it is flagged. `capture`: its money is captured.',
    }),
    order_number_prefix: z
      .string()
      .regex(/^[A-Z0-9]{1,8}$/, { error: 'must be 1 to 8 capital letters A to Z or digits' })
      .meta({ description: 'Before the number of each order.', example: 'BS' }),
    return_window_seconds: z.int().min(1).max(maxReturnWindowSeconds).meta({
      description: 'How long after its delivery an order is open for returns; then it is closed.',
    }),
    return_expiry_days: z.int().min(1).max(maxReturnExpiryDays).nullable().meta({
      description:
        'How many days after its approval a return expires whose goods have not come. Null: never; an order then stays open until the return is received or cancelled.',
    }),
    refund_window_days: z.int().min(1).max(maxRefundWindowDays).nullable().meta({
      description:
        'How many days after its end an order takes refunds. Null: as long as money is left. Money that has to be given back, as of a failed refund, can be refunded at any time.',
    }),
    pending_limit_seconds: z.int().min(minPendingLimitSeconds).max(maxPendingLimitSeconds).meta({
      description:
        'How long an order may stay pending while a step cannot be done; then it is cancelled and undone.',
    }),
    payments_require_metadata: z.boolean().meta({
      description:
        'Whether every payment has to name this tenant and the organization of its order, as the checkout guide says. A payment that names another tenant or organization is never taken, whatever this is.',
    }),
  },
  // The columns of the table have the same defaults.
  defaults: {
    capture_policy: CapturePolicy.AtConfirmation,
    split_shipments: SplitShipments.CaptureAll,
    lapsing_authorizations: LapsingAuthorizations.Flag,
    order_number_prefix: 'ORD',
    return_window_seconds: 30 * daySeconds,
    return_expiry_days: null,
    refund_window_days: null,
    pending_limit_seconds: daySeconds,
    payments_require_metadata: false,
  },
  get: {
    summary: 'Get the settings of your tenant',
    description: 'Of all of its organizations. Where nothing was changed: the defaults.',
  },
  change: {
    summary: 'Change settings of your tenant',
    description:
      '**For all organizations of your tenant**: an administrator of any one of them changes the settings of all. Orders that are recorded from then on go by them; those that are there keep what they began with. Who changed what is kept in the audit log.',
  },
  changeDescription: 'What is left out stays as it is. Orders that are recorded from then on go by it.',
  example: {
    capture_policy: CapturePolicy.AtShipment,
    split_shipments: SplitShipments.CaptureAll,
    lapsing_authorizations: LapsingAuthorizations.Flag,
    order_number_prefix: 'BS',
    return_window_seconds: 1_209_600,
    return_expiry_days: 14,
    refund_window_days: 365,
    pending_limit_seconds: 86_400,
    payments_require_metadata: false,
  },
});
