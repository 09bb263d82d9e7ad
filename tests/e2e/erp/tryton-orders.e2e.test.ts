import { useStarted, useSharedStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

import { TrytonRecords } from '../../../packages/erp/src/testing/tryton-records.js';
import { findPython } from '../../../packages/erp/src/testing/tryton-installation.js';
import { startTryton } from '../../../packages/erp/src/testing/tryton-server.js';
import { erpStage, untilOrderEnded } from './erp-stage.js';

const python = await findPython();
const preparationMs = 600_000;
// A push is many calls to Tryton, each a transaction of its own.
const slowMs = 150_000;

describe.skipIf(python === undefined)('orders of an organisation that has a real Tryton', () => {
  const tryton = useStarted({
    start: () => startTryton(python ?? 'python3'),
    stop: (server) => server.close(),
    startTimeoutMs: preparationMs,
  });
  const records = useStarted({ start: async () => new TrytonRecords(tryton.baseUrl) });
  const stack = useSharedStack();
  const stage = useStarted({ start: async () => erpStage(stack, stack.api) });

  beforeAll(() =>
    stage.connect({
      ...{ kind: 'tryton', url: tryton.baseUrl, database: 'oms', user: 'oms', password: 'orders-to-tryton' },
      ...{ products: { policy: 'create', account_category: 'Goods' }, parties: { policy: 'create' } },
    }),
  );

  const salesOf = (id: string) =>
    records.find('sale.sale', [['reference', '=', id]], ['state', 'description', 'total_amount']);

  it('can be tested before orders are placed', async () => {
    expect(await stack.api.request('POST', '/api/v1/oms/erp/test')).toMatchObject({
      status: 200,
      body: { works: true, message: expect.stringContaining('oms at') as string },
    });
  });

  it('are sales there, which are cancelled with them', async () => {
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    const erp = await stage.untilSynced(id, slowMs);
    const { body } = await stack.api.getOrder(id);
    expect(await salesOf(id)).toMatchObject([
      {
        id: Number(erp.id),
        state: 'quotation',
        description: `${body.number} · version ${body.version}`,
        total_amount: { decimal: '179.98' },
      },
    ]);
    expect(erp.url).toBe(`${tryton.baseUrl}/#oms/model/sale.sale/${erp.id ?? ''}`);

    await stage.change(id, '/cancel', { reason: 'not wanted' });
    await stage.untilSynced(id, slowMs);
    expect(await salesOf(id)).toMatchObject([{ id: Number(erp.id), state: 'cancelled' }]);
    await untilOrderEnded(stack.temporal, id);
  });

  it('are processed there when they are shipped', async () => {
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    await stage.change(id, '/fulfillments', { carrier: 'UPS', tracking_number: '1Z9' });
    await stage.untilSynced(id, slowMs);
    const [sale] = await salesOf(id);
    expect(['confirmed', 'processing']).toContain(sale?.['state']);
  });
});
