import { defaultTenantSettings } from '@oms/domain';

import { idempotencyKeyParameter, tenantParameters } from './open-api-parameters.js';
import { acceptedCommand, errorResponses, jsonResponse, replayedHeader } from './open-api-responses.js';
import { schemaReference, type OpenApiObject, type SchemaName } from './open-api-schemas.js';
import { renderTenantSettings } from '../settings/tenant-settings-resource.js';

// A tenant's settings, in the documentation.

/** What requests and answers look like. */
export const settingsExamples = {
  ChangeSettings: { order_number_prefix: 'BS', return_window_seconds: 14 * 86_400 },
  TenantSettings: renderTenantSettings({
    ...defaultTenantSettings,
    ...{ orderNumberPrefix: 'BS', returnWindowSeconds: 14 * 86_400 },
  }),
} as const satisfies Partial<Record<SchemaName, unknown>>;

const answer = (description: string, headers: OpenApiObject = {}): OpenApiObject =>
  jsonResponse({ description, schema: 'TenantSettings', example: settingsExamples.TenantSettings, headers });

const common = { tags: ['Settings'] };

/** A tenant's settings, by path. */
export const settingsPaths: Readonly<Record<string, OpenApiObject>> = {
  '/api/v1/oms/settings': {
    parameters: tenantParameters,
    get: {
      ...{ ...common, operationId: 'getSettings', summary: 'Get the settings of your tenant' },
      description: 'Of all of its organizations. Where nothing was changed: the defaults.',
      responses: { '200': answer('The settings.'), ...errorResponses(400, 401, 403, 429, 500) },
    },
    patch: {
      ...{ ...common, operationId: 'changeSettings', summary: 'Change settings of your tenant' },
      description:
        '**For all organizations of your tenant**: an administrator of any one of them changes the settings of all. Orders that are recorded from then on go by them; those that are there keep what they began with. Who changed what is kept in the audit log.',
      parameters: [idempotencyKeyParameter],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: schemaReference('ChangeSettings'),
            example: settingsExamples.ChangeSettings,
          },
        },
      },
      responses: {
        '200': answer('The settings as they are now.', replayedHeader),
        '202': acceptedCommand(),
        ...errorResponses(400, 401, 403, 413, 429, 500),
      },
    },
  },
};

export const settingsTags = [
  { name: 'Settings', description: 'What a tenant has settled for its orders. For administrators.' },
];
