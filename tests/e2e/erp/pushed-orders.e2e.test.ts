import { randomUUID } from 'node:crypto';

import { erpPushWorkflowId, orderWorkflowId, resyncErpUpdate } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { orderBody, orderBodyTotalMinor, orderItem, placeAsClientsDo } from '@oms/testing';
import { patient, useStarted, useTestStack } from '@oms/testing/vitest';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { startFaultProxy } from '../../../packages/erp/src/testing/fault-proxy.js';
import { startReceivingErp } from '../../../packages/erp/src/testing/receiving-erp.js';
import { newSigningSecret } from '../../../packages/erp/src/testing/steered-push.js';
import { erpStage, untilOrderEnded, untilPushEnded, workflowStatus } from './erp-stage.js';

describe('orders of an organisation that has an ERP', () => {
  const signingSecret = newSigningSecret();
  const knownSkus = new Set<string>();
  const receiver = useStarted({
    start: () => startReceivingErp(signingSecret, knownSkus),
    stop: (erp) => erp.close(),
  });
  const proxy = useStarted({
    start: () => startFaultProxy(receiver.baseUrl),
    stop: (between) => between.close(),
  });
  const stack = useTestStack({ env: { ...patient, ERP_TIMEOUT_MS: '15000' } });
  const stage = useStarted({ start: async () => erpStage(stack, stack.api) });

  beforeAll(() =>
    stage.connect({ kind: 'push', url: `${proxy.baseUrl}/orders`, signing_secret: signingSecret }),
  );
  afterEach(() => {
    proxy.judge = () => undefined;
  });

  const there = (id: string) => receiver.orders.get(id)?.order;
  const pushesOf = (id: string): readonly { version: number; status: string }[] =>
    proxy.bodies
      .map((body) => (JSON.parse(body) as { data: { id: string; version: number; status: string } }).data)
      .filter((data) => data.id === id);
  /** An organisation of the same tenant, of its own. */
  const ofItsOwn = () => erpStage(stack, stack.apiAs({ orgId: randomUUID() }));

  it('are pushed with every change, to their end', async () => {
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    expect(await stage.untilSynced(id)).toMatchObject({
      id: receiver.orders.get(id)?.erpId,
      last_error: null,
      failing_since: null,
      next_attempt_at: null,
    });
    expect(there(id)).toMatchObject({ status: 'confirmed', total_amount: '179.98' });

    const billing_address = { line1: '1 Main St', city: 'Austin', country: 'US', email: 'ada@example.com' };
    const corrected = { billing_address, note: 'ring twice', tags: ['vip'] };
    expect(await stack.api.request('PATCH', `/api/v1/oms/orders/${id}`, corrected)).toMatchObject({
      status: 200,
    });
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject(corrected);

    expect(await stage.post(id, '/fulfillments', { carrier: 'UPS', tracking_number: '1Z9' })).toMatchObject({
      status: 201,
    });
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'shipped' });

    const { body } = await stack.api.request<{ fulfillments: { id: string }[] }>(
      'GET',
      `/api/v1/oms/orders/${id}/fulfillments`,
    );
    await stage.change(id, `/fulfillments/${body.fulfillments[0]?.id ?? ''}/deliver`);
    await stage.change(id, '/close');
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'closed' });
    await untilOrderEnded(stack.temporal, id);
  });

  it('are pushed when they are cancelled', async () => {
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    await stage.change(id, '/cancel', { reason: 'not wanted' });
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'cancelled' });
    await untilOrderEnded(stack.temporal, id);
  });

  it('are pushed once more when their payment changes after their end', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const placed = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items: [orderItem()] }),
    );
    const id = placed.body.order_id;
    await stage.untilStatus(id, 'confirmed');
    await stage.change(id, '/cancel', { reason: 'not wanted' });
    await untilOrderEnded(stack.temporal, id);
    const { version } = await stage.untilSynced(id);

    const [refund] = await stack.simulator.stripeRefunds(reference);
    await stack.simulator.call('POST', `/refunds/${refund?.id ?? ''}/complete`, { outcome: 'failed' });
    await stage.untilErp(id, 'news', (erp) => erp.status === 'synced' && erp.version !== version);
    await stage.untilSynced(id);
  });

  it('are confirmed, cancelled and shown as waiting while the ERP is away, and are pushed when it is back', async () => {
    proxy.judge = () => 'reset';
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    const failing = await stage.untilErp(id, 'failed', (erp) => erp.status === 'failed' && erp.attempts > 1);
    expect(failing).toMatchObject({ id: null, version: null });
    expect(failing.last_error).toBeTruthy();
    expect(Date.parse(failing.next_attempt_at ?? '')).toBeGreaterThan(
      Date.parse(failing.failing_since ?? ''),
    );

    await stage.change(id, '/cancel', { reason: 'not wanted' });
    await stage.untilStatus(id, 'cancelled');
    // The order has ended, and its workflow is not done until the ERP knows.
    expect(await workflowStatus(stack.temporal, orderWorkflowId(id))).toBe('RUNNING');

    proxy.judge = () => undefined;
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'cancelled' });
    await untilOrderEnded(stack.temporal, id);
  });

  it('are pushed at once on request, before the next attempt', async () => {
    // The ERP asks for an hour, and is then well again at once.
    proxy.judge = () => ({ status: 503, headers: { 'retry-after': '3600' } });
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    const failing = await stage.untilErp(id, 'failed', (erp) => erp.status === 'failed');
    expect(Date.parse(failing.next_attempt_at ?? '') - Date.now()).toBeGreaterThan(3_000_000);
    proxy.judge = () => undefined;
    expect(await stage.post(id, '/erp/resync')).toMatchObject({
      status: 202,
      body: { id, status: 'accepted' },
    });
    await stage.untilSynced(id);
  });

  it('are at the ERP once and in order when the integration worker is killed during a push', async () => {
    let hung = false;
    proxy.judge = () => {
      if (hung) return undefined;
      hung = true;
      return 'hang';
    };
    const id = await stage.place();
    await eventually('the push being under way', () => Promise.resolve(hung || undefined));
    await stack.service('integration-worker').stop('SIGKILL');
    await stage.untilStatus(id, 'confirmed');
    await stage.change(id, '/fulfillments', { carrier: 'UPS', tracking_number: '1Z9' });
    await stage.untilStatus(id, 'shipped');
    await stack.service('integration-worker').start();
    await stage.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'shipped' });
    const versions = pushesOf(id).map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
    expect([...receiver.orders.keys()].filter((key) => key === id)).toHaveLength(1);
  });

  it('that are refused show it, do not wait, and are accepted on request once the ERP is ready', async () => {
    const strict = ofItsOwn();
    await strict.connect({
      kind: 'push',
      url: `${proxy.baseUrl}/orders/strict`,
      signing_secret: signingSecret,
    });
    const sku = `![SKU](http://e.example/${randomUUID()})`;
    const id = await strict.place({ sku });
    await strict.untilStatus(id, 'confirmed');
    const refused = await strict.untilErp(id, 'refused', (erp) => erp.status === 'refused');
    expect(refused).toMatchObject({ id: null, last_error: expect.stringContaining(sku) as string });
    // The operators' page renders Markdown; the ERP's words are no part of it.
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const page = async () =>
      (await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await expect.poll(page).toContain(`no product ${sku}\`; the update \`resyncErp\` tries again.`);
    expect(await page()).toMatch(/it refuses version \d+ of the order: `[^`\n]*no product/);
    await strict.change(id, '/cancel', { reason: 'not wanted' });
    await untilOrderEnded(stack.temporal, id);
    expect((await strict.erpOf(id)).erp).toMatchObject({ status: 'refused' });

    knownSkus.add(sku);
    expect(await strict.change(id, '/erp/resync')).toMatchObject({ status: 202 });
    await strict.untilSynced(id);
    expect(there(id)).toMatchObject({ status: 'cancelled' });
    await untilPushEnded(stack.temporal, id);
  });

  it('that are older than the connection are pushed on request, and by themselves from then on', async () => {
    const late = ofItsOwn();
    const [open, ended] = [await late.place(), await late.place()];
    await late.untilStatus(open, 'confirmed');
    await late.untilStatus(ended, 'confirmed');
    await late.change(ended, '/cancel', {});
    await untilOrderEnded(stack.temporal, ended);
    expect(await late.post(open, '/erp/resync')).toMatchObject({
      status: 400,
      body: { error: 'no ERP is connected' },
    });

    await late.connect({ kind: 'push', url: `${proxy.baseUrl}/orders`, signing_secret: signingSecret });
    for (const id of [open, ended]) {
      expect((await late.erpOf(id)).erp).toBeNull();
      expect(await late.post(id, '/erp/resync')).toMatchObject({ status: 202 });
      await late.untilSynced(id);
    }
    expect(there(ended)).toMatchObject({ status: 'cancelled' });
    await late.change(open, '/cancel', {});
    await late.untilSynced(open);
    expect(there(open)).toMatchObject({ status: 'cancelled' });
    await untilOrderEnded(stack.temporal, open);
  });

  it('are pushed once for one key, during their lifecycle and after it', async () => {
    const id = await stage.place();
    await stage.untilStatus(id, 'confirmed');
    await stage.untilSynced(id);
    const ask = async (key: string) => {
      const resync = `/api/v1/oms/orders/${id}/erp/resync`;
      const { status, headers } = await stack.api.request('POST', resync, undefined, {
        'idempotency-key': key,
      });
      return [status, headers.get('idempotent-replayed')];
    };
    const living = randomUUID();
    expect([await ask(living), await ask(living)]).toEqual([
      [202, null],
      [202, 'true'],
    ]);
    await stage.post(id, '/cancel', {});
    await stage.untilSynced(id);
    await untilOrderEnded(stack.temporal, id);
    const { events } = await stack.temporal.workflow.getHandle(orderWorkflowId(id)).fetchHistory();
    const updates = events?.flatMap(
      (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ?? [],
    );
    expect(updates?.filter((name) => name === resyncErpUpdate.name)).toHaveLength(1);

    const push = stack.temporal.workflow.getHandle(
      erpPushWorkflowId({ orderId: id, tenantId: '', orgId: '' }),
    );
    const ended = randomUUID();
    expect(await ask(ended)).toEqual([202, null]);
    await push.result();
    const { runId } = await push.describe();
    const all = pushesOf(id).length;
    expect(await ask(ended)).toEqual([202, 'true']);
    expect((await push.describe()).runId).toBe(runId);
    expect(await ask(randomUUID())).toEqual([202, null]);
    await push.result();
    expect(pushesOf(id).length).toBe(all + 1);
    expect(
      await stack.database.prisma.auditEntry.count({
        where: { action: 'erp.resync_requested', resourceId: id },
      }),
    ).toBe(3);
  });

  it('cost nothing without an ERP', async () => {
    const without = ofItsOwn();
    const id = await without.place();
    await without.untilStatus(id, 'confirmed');
    expect((await without.erpOf(id)).erp).toBeNull();
    const { events } = await stack.temporal.workflow.getHandle(orderWorkflowId(id)).fetchHistory();
    const activities = events?.flatMap(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
    );
    expect(activities).toEqual(['reserveInventory', 'authorizePayment', 'capturePayment']);
  });
});
