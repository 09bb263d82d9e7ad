import { z } from 'zod';

import type { ErpConnector, ErpFault, ErpLink, ErpOutcome } from '../erp-connector.js';
import type { ErpOrder } from '../erp-order.js';
import { defaultErpNetwork, type ErpNetwork } from '../transport/erp-network.js';
import { Parties } from './parties.js';
import { Products } from './products.js';
import { SalePush, type SalePushDependencies } from './sale-push.js';
import { SaleRecords } from './sale-records.js';
import { TrytonFailure } from './tryton-failure.js';
import { TrytonRpc } from './tryton-rpc.js';
import type { TrytonSettings } from './tryton-settings.js';

/**
 * Pushes a tenant's orders to its Tryton as sales, over JSON-RPC. Requires Tryton 7.0 or later with the module
 * `sale`. A sale has the order's id as its reference. As the order progresses, the sale goes from draft to quotation
 * to confirmed.
 */
export class TrytonConnector implements ErpConnector {
  readonly #deps: SalePushDependencies;

  constructor(settings: TrytonSettings, network: ErpNetwork = defaultErpNetwork) {
    const rpc = new TrytonRpc(settings, network);
    this.#deps = {
      rpc,
      settings,
      sales: new SaleRecords(rpc),
      parties: new Parties(rpc, settings),
      products: new Products(rpc, settings),
    };
  }

  /** Finds the sale by its reference. Ignores `previousErpId`, because the reference is more reliable. */
  async pushOrder(order: ErpOrder): Promise<ErpOutcome<ErpLink>> {
    return settle(async () => {
      const sale = await new SalePush(this.#deps, order).run();
      const { url, database } = this.#deps.settings;
      const client = `${url.href.replace(/\/$/, '')}/#${database}/model/sale.sale/${sale.id}`;
      return { kind: 'done', erpId: String(sale.id), url: client };
    });
  }

  async testConnection(): Promise<ErpOutcome<{ readonly description: string }>> {
    return settle(async () => {
      const { rpc, products, settings } = this.#deps;
      const context = await rpc.context();
      await rpc.call(z.array(z.number()), 'model.sale.sale.search', [[], 0, 1, null]);
      await products.checkAccountCategory();
      const company = z.string().safeParse(context['company.rec_name']).data ?? `company ${context.company}`;
      return { kind: 'done', description: `${settings.user} at ${company}, in ${settings.database}` };
    });
  }
}

async function settle<Done>(work: () => Promise<ErpOutcome<Done>>): Promise<ErpOutcome<Done>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TrytonFailure) return error.fault satisfies ErpFault;
    throw error;
  }
}
