import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  erpPushWorkflowId,
  erpTestWorkflowType,
  orderChangeUpdates,
  orderWorkflowId,
  resyncErpUpdate,
} from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';

import { workflowAbout } from './find-workflow.js';
import type { OrderPath } from './order-path.js';
import type { Stage } from './stage.js';
import type { WorkflowPath } from './workflow-path.js';

const path = '/api/v1/oms/erp';
const signingSecret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** Connects an ERP that answers with the status that `answer` says, for as long as the work lasts. */
export async function withErp<Result>(
  { stack }: Stage,
  work: (erp: { answer: number }) => Promise<Result>,
): Promise<Result> {
  const erp = { answer: 200 };
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(erp.answer, { 'content-type': 'application/json' });
      response.end(JSON.stringify(erp.answer < 300 ? { erp_id: '7' } : { error: 'no such product' }));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  await stack.api.request('PUT', path, {
    kind: 'push',
    url: `http://127.0.0.1:${port}/`,
    signing_secret: signingSecret,
  });
  try {
    return await work(erp);
  } finally {
    await stack.api.request('DELETE', path);
    server.close();
  }
}

export async function untilErpIs({ stack }: Stage, orderId: string, status: string): Promise<void> {
  await eventually(`the ERP's state becoming ${status}`, async () => {
    const { body } = await stack.api.getOrder(orderId);
    return (body['erp'] as { status: string } | null)?.status === status ? true : undefined;
  });
}

/** Paths of orders that are kept in an ERP. */
export const erpPaths: readonly OrderPath[] = [
  {
    name: 'kept-in-an-erp-refused-resynced-cancelled',
    needs: 'to be alone',
    take: (stage) =>
      withErp(stage, async (erp) => {
        erp.answer = 422;
        const { body } = await stage.payable();
        const orderId = await stage.place(body);
        await stage.untilAtRest(orderId);
        await untilErpIs(stage, orderId, 'refused');
        erp.answer = 200;
        const order = stage.stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
        await order.executeUpdate(resyncErpUpdate);
        await untilErpIs(stage, orderId, 'synced');
        await order.executeUpdate(orderChangeUpdates.cancel.name, { args: [{}] });
        await order.result();
        return orderId;
      }),
  },
  {
    name: 'erp-away-then-asked-not-to-wait',
    needs: 'to be alone',
    take: (stage) =>
      withErp(stage, async (erp) => {
        erp.answer = 500;
        const { body } = await stage.payable();
        const orderId = await stage.place(body);
        await stage.untilAtRest(orderId);
        await untilErpIs(stage, orderId, 'failed');
        const order = stage.stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
        await order.executeUpdate(orderChangeUpdates.cancel.name, { args: [{}] });
        erp.answer = 200;
        await order.executeUpdate(resyncErpUpdate);
        await order.result();
        return orderId;
      }),
  },
];

/** Paths of what is done about ERPs beside orders. */
export const erpWorkflowPaths: readonly WorkflowPath[] = [
  {
    // Of an order that had ended before there was an ERP.
    name: 'pushed-to-an-erp',
    needs: 'to be alone',
    take: async (stage) => {
      const { stack } = stage;
      const { body } = await stage.payable({ stockedUnits: 1 });
      const orderId = await stage.place(body);
      await stage.untilAtRest(orderId);
      return withErp(stage, async () => {
        await stack.api.request('POST', `/api/v1/oms/orders/${orderId}/erp/resync`, {});
        await untilErpIs(stage, orderId, 'synced');
        const workflowId = erpPushWorkflowId({ tenantId: stack.tenantId, orgId: stack.orgId, orderId });
        await stack.temporal.workflow.getHandle(workflowId).result();
        return workflowId;
      });
    },
  },
  {
    name: 'erp-tested',
    needs: 'to be alone',
    take: (stage) =>
      withErp(stage, async () => {
        await stage.stack.api.request('POST', `${path}/test`, {});
        return workflowAbout(stage, erpTestWorkflowType, [stage.stack.orgId]);
      }),
  },
];
