import { z } from 'zod';

import type { ErpNetwork } from '../transport/erp-network.js';
import { readVersion } from '../tryton/sale-text.js';
import { TrytonConnector } from '../tryton/tryton-connector.js';
import { trytonSettingsSchema } from '../tryton/tryton-settings.js';
import { startFaultProxy } from './fault-proxy.js';
import { deadUrl, testNetwork, type OrderThere, type SteeredErp } from './steered-erp.js';
import { TrytonRecords } from './tryton-records.js';
import { startTryton } from './tryton-server.js';

const password = 'orders-to-tryton';

export interface SteeredTryton extends SteeredErp {
  readonly records: TrytonRecords;
  connect(
    changes?: Partial<z.input<typeof trytonSettingsSchema>>,
    network?: Partial<ErpNetwork>,
  ): TrytonConnector;
}

const saleSchema = z.object({
  id: z.number(),
  description: z.string(),
  comment: z.string().nullable(),
  state: z.string(),
  total_amount: z.object({ decimal: z.string() }),
});
const lineSchema = z.object({ description: z.string(), quantity: z.number() });
const ownLine = /^(?:Discount|Tax|Shipping)\b/;

/** Starts a real Tryton behind a proxy that applies faults. */
export async function steeredTryton(systemPython: string): Promise<SteeredTryton> {
  const server = await startTryton(systemPython);
  const proxy = await startFaultProxy(server.baseUrl);
  const records = new TrytonRecords(server.baseUrl);
  const connect: SteeredTryton['connect'] = (changes = {}, network = {}) =>
    new TrytonConnector(
      trytonSettingsSchema.parse({
        url: proxy.baseUrl,
        database: 'oms',
        user: 'oms',
        password,
        products: { policy: 'create', accountCategory: 'Goods' },
        parties: { policy: 'create' },
        ...changes,
      }),
      { ...testNetwork, ...network },
    );
  return {
    records,
    proxy,
    connect,
    connector: connect(),
    refusingUnknownProducts: connect({ products: { policy: 'refuse' } }),
    withWrongCredentials: connect({ password: 'not-the-password' }),
    toNobody: connect({ url: deadUrl }),
    secrets: [password, 'not-the-password'],
    changesSomething: (body) =>
      /"method":"model\.[a-z_.]+\.(?:create|write|quote|confirm|draft|cancel)"/.test(body),
    ordersOf: (orderId) => ordersOf(records, orderId),
    close: async () => {
      await proxy.close();
      await server.close();
    },
  };
}

async function ordersOf(records: TrytonRecords, orderId: string): Promise<OrderThere[]> {
  const fields = ['description', 'comment', 'state', 'total_amount'];
  const sales = z
    .array(saleSchema)
    .parse(await records.find('sale.sale', [['reference', '=', orderId]], fields));
  return Promise.all(
    sales.map(async (sale) => {
      const lines = await records.find('sale.line', [['sale', '=', sale.id]], ['description', 'quantity']);
      return {
        erpId: String(sale.id),
        version: readVersion(sale.description) ?? -1,
        cancelled: sale.state === 'cancelled',
        total: sale.total_amount.decimal,
        lines: z
          .array(lineSchema)
          .parse(lines)
          .filter(({ description }) => !ownLine.test(description))
          .map(({ description, quantity }) => ({ title: description, quantity })),
        words: sale.comment ?? '',
      };
    }),
  );
}
