import { hashOf, parseChangeSettings, renderTenantSettings } from '@oms/contracts/http';
import type { TenantSettingsReader } from '@oms/database';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import type { ApiRoute } from '../../http/api-routes.js';
import type { CommandRunner } from '../../temporal/command-runner.js';

export interface SettingsRoutesDeps {
  readonly settings: TenantSettingsReader;
  readonly commands: CommandRunner;
}

const route = { path: '/api/v1/oms/settings', permission: Permission.SettingsManage } as const;

/** What a tenant has settled for its orders, for all of its organisations. */
export function settingsRoutes({ settings, commands }: SettingsRoutesDeps): readonly ApiRoute[] {
  return [
    {
      ...{ method: 'GET', ...route },
      handle: async (_request, { scope }) => ({
        ...{ status: 200, body: renderTenantSettings(await settings.read(scope)) },
      }),
    },
    {
      ...{ method: 'PATCH', ...route },
      handle: (request, principal) => {
        const wanted = parseChangeSettings(request.body);
        return askForCommand(
          ...([commands, request, principal] as const),
          { kind: 'change_settings', requestHash: hashOf(wanted), requestOf: () => wanted },
          (result) => ({ status: 200, body: renderTenantSettings(result) }),
        );
      },
    },
  ];
}
