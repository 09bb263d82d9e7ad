import { getSeller, hashOf, renderSeller, replaceSeller, toSeller } from '@oms/contracts/http';
import { replaceSeller as keepSeller, type SellerReader } from '@oms/database';
import { notFound, RefusedError } from '@oms/domain';

import { askForCommand } from '../../commands/ask-for-command.js';
import type { CommandRunner } from '../../commands/command-runner.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';

export interface SellerRoutesDeps {
  readonly sellers: SellerReader;
  readonly commands: CommandRunner;
}

/** The routes of an organisation's seller, which its invoices name. */
export function sellerRoutes({ sellers, commands }: SellerRoutesDeps): readonly ApiRoute[] {
  return [
    serve(getSeller, async (_input, { scope }) => {
      const seller = await sellers.find(scope);
      if (!seller) throw new RefusedError(notFound('seller'));
      return { status: 200, body: renderSeller(seller) };
    }),
    serve(replaceSeller, replaceSellerHandler(commands)),
  ];
}

function replaceSellerHandler(commands: CommandRunner): Handler<typeof replaceSeller> {
  return (input, principal) => {
    const seller = toSeller(input.body);
    return askForCommand(
      commands,
      input,
      principal,
      {
        ...{ kind: 'replace_seller', requestHash: hashOf(seller), requestOf: () => seller },
        carryOut: keepSeller,
      },
      (kept) => ({ status: 200, body: renderSeller(kept) }),
    );
  };
}
