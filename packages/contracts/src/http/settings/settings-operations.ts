import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { Permission } from '../kit/permission.js';
import { changeSettingsBody, tenantSettingsResource } from './tenant-settings-resource.js';

export const getSettings = defineOperation({
  id: 'getSettings',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/settings',
  permission: Permission.SettingsManage,
  tag: 'Settings',
  summary: 'Get the settings of your tenant',
  description: 'Of all of its organizations. Where nothing was changed: the defaults.',
  answers: {
    200: {
      description: 'The settings.',
      schema: tenantSettingsResource,
      example: {
        order_number_prefix: 'BS',
        return_window_seconds: 1209600,
        pending_limit_seconds: 86400,
        payments_require_metadata: false,
      },
    },
  },
  idempotency: 'none',
});

export const changeSettings = defineOperation({
  id: 'changeSettings',
  api: Api.Orders,
  method: 'PATCH',
  path: '/api/v1/oms/settings',
  permission: Permission.SettingsManage,
  tag: 'Settings',
  summary: 'Change settings of your tenant',
  description:
    '**For all organizations of your tenant**: an administrator of any one of them changes the settings of all. Orders that are recorded from then on go by them; those that are there keep what they began with. Who changed what is kept in the audit log.',
  body: {
    schema: changeSettingsBody,
    example: { order_number_prefix: 'BS', return_window_seconds: 1209600 },
  },
  answers: {
    200: {
      description: 'The settings as they are now.',
      schema: tenantSettingsResource,
      example: {
        order_number_prefix: 'BS',
        return_window_seconds: 1209600,
        pending_limit_seconds: 86400,
        payments_require_metadata: false,
      },
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 503: true },
  idempotency: 'header',
});
