import { randomUUID } from 'node:crypto';

import { orderBody, orderBodyTotalMinor, orderItem, type TestStack } from '@oms/testing';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';

import { bareChangeUpdate, bareWorkflowQueue } from '../bare/bare-contract.js';
import type { bareChangedWorkflow } from '../bare/bare-workflow.js';
import type { BenchOptions } from '../bench-options.js';
import { changeKinds, type ChangeKind, type ChangeResult, type Latency } from '../report/bench-result.js';
import { latencyOf, medianLatency } from '../statistics.js';
import type { ConfirmationWatch } from './confirmation-watch.js';
import { now } from './contender.js';

type Setting = Pick<TestStack, 'api' | 'simulator' | 'stock' | 'temporal'>;
type Times = Record<ChangeKind, number[]>;

const paths: Readonly<Record<ChangeKind, readonly [path: string, body?: object]>> = {
  ship: ['fulfillments', { tracking_number: '1Z999AA10123456784', carrier: 'UPS' }],
  deliver: ['deliver'],
  close: ['close'],
};

/**
 * Measures the latency of changes over HTTP, beside an Update of a bare workflow with one remote activity. One change at a
 * time; orders of the product and bare workflows alternate.
 */
export async function measureChanges(
  setting: Setting,
  watch: ConfirmationWatch,
  { rounds, changedOrders }: Pick<BenchOptions, 'rounds' | 'changedOrders'>,
  say: (line: string) => void,
): Promise<ChangeResult> {
  const measured: Record<ChangeKind | 'bare', Latency[]> = { ship: [], deliver: [], close: [], bare: [] };
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const orderIds = await confirmedOrders(setting, watch, changedOrders);
    const times: Times = { ship: [], deliver: [], close: [] };
    const bareTimes: number[] = [];
    for (const orderId of orderIds) {
      await changeOrder(setting, orderId, times);
      bareTimes.push(...(await changeBare(setting)));
    }
    say(round === 0 ? 'changes: warm' : `changes: round ${round} of ${rounds}`);
    if (round === 0) continue;
    for (const kind of changeKinds) measured[kind].push(latencyOf(times[kind]));
    measured.bare.push(latencyOf(bareTimes));
  }
  const { bare, ...product } = measured;
  return {
    product: {
      ship: medianLatency(product.ship),
      deliver: medianLatency(product.deliver),
      close: medianLatency(product.close),
    },
    bare: medianLatency(bare),
  };
}

async function confirmedOrders(
  { api, simulator, stock }: Setting,
  watch: ConfirmationWatch,
  count: number,
): Promise<readonly string[]> {
  const level = await stock(count * 10);
  const references = await simulator.authorizations(count, orderBodyTotalMinor);
  const ids: string[] = [];
  for (const payment_reference of references) {
    const { body } = await api.placeOrder(orderBody({ payment_reference, items: [orderItem(level)] }));
    await watch.whenConfirmed(body.order_id);
    ids.push(body.order_id);
  }
  return ids;
}

async function changeOrder({ api }: Setting, orderId: string, times: Times): Promise<void> {
  let shipmentId = '';
  for (const kind of changeKinds) {
    const [path, body] = paths[kind];
    const at = kind === 'deliver' ? `fulfillments/${shipmentId}/${path}` : path;
    const startedAt = now();
    const answer = await api.request<{ id: string }>('POST', `/api/v1/oms/orders/${orderId}/${at}`, body);
    times[kind].push(now() - startedAt);
    if (answer.status > 201)
      throw new Error(`a change was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    if (kind === 'ship') shipmentId = answer.body.id;
  }
}

/** Makes as many changes of a bare workflow as an order gets. */
async function changeBare({ temporal }: Setting): Promise<readonly number[]> {
  const handle: WorkflowHandleWithFirstExecutionRunId<typeof bareChangedWorkflow> =
    await temporal.workflow.start('bareChangedWorkflow', {
      workflowId: `bare-${randomUUID()}`,
      taskQueue: bareWorkflowQueue,
      args: [changeKinds.length],
    });
  const times: number[] = [];
  for (const _ of changeKinds) {
    const startedAt = now();
    await handle.executeUpdate(bareChangeUpdate);
    times.push(now() - startedAt);
  }
  await handle.result();
  return times;
}
