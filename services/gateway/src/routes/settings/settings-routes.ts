import {
  changeSettings,
  getSettings,
  hashOf,
  renderTenantSettings,
  toChangeSettings,
} from '@oms/contracts/http';
import { changeTenantSettings, type TenantSettingsReader } from '@oms/database';

import { askForCommand } from '../../commands/ask-for-command.js';
import type { CommandRunner } from '../../commands/command-runner.js';
import { serve, type ApiRoute } from '../../http/serve-operation.js';

export interface SettingsRoutesDeps {
  readonly settings: TenantSettingsReader;
  readonly commands: CommandRunner;
}

/** The settings of a tenant, for all of its organisations. */
export function settingsRoutes({ settings, commands }: SettingsRoutesDeps): readonly ApiRoute[] {
  return [
    serve(getSettings, async (_input, { scope }) => ({
      status: 200,
      body: renderTenantSettings(await settings.read(scope)),
    })),
    serve(changeSettings, (input, principal) => {
      const wanted = toChangeSettings(input.body);
      return askForCommand(
        ...([commands, input, principal] as const),
        {
          ...{ kind: 'change_settings', requestHash: hashOf(wanted), requestOf: () => wanted },
          carryOut: changeTenantSettings,
        },
        (result) => ({ status: 200, body: renderTenantSettings(result) }),
      );
    }),
  ];
}
