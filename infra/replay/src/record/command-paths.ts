import { randomUUID } from 'node:crypto';

import { commandWorkflowType, recordApiKeyUsesWorkflowType } from '@oms/contracts/temporal';
import { createCommerceClient, createSalesClient } from '@oms/testing';

import { workflowAbout } from './find-workflow.js';
import type { Stage } from './stage.js';
import type { WorkflowPath } from './workflow-path.js';

const salesOf = ({ stack }: Stage) =>
  createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });

const product = (sku: string) => ({
  title: 'Desk Lamp',
  variants: [{ sku, price: '100.00', stock_quantity: 1 }],
});

/** A command of the Sales API, by something that nobody else says. */
async function commanded(
  stage: Stage,
  path: string,
  { body, says, status }: { readonly body: object; readonly says: string; readonly status: number },
): Promise<string> {
  const answer = await salesOf(stage).post(path, body);
  if (answer.status !== status) throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
  return workflowAbout(stage, commandWorkflowType, [says]);
}

/** Paths of what is asked for beside orders, each in a workflow of its own. */
export const commandPaths: readonly WorkflowPath[] = [
  {
    name: 'command-done',
    take: async (stage) => {
      const sku = `LAMP-${randomUUID()}`;
      const workflowId = await commanded(stage, '/products', { body: product(sku), says: sku, status: 201 });
      await stage.stack.temporal.workflow.getHandle(workflowId).result();
      return workflowId;
    },
  },
  {
    name: 'command-denied',
    take: async (stage) => {
      const [id, reason] = [await salesOf(stage).product(1), `gone ${randomUUID()}`];
      const body = { quantity: -2, reason };
      return commanded(stage, `/products/${id}/stock`, { body, says: reason, status: 422 });
    },
  },
  {
    name: 'uses-of-api-keys-recorded',
    take: async (stage) => {
      const commerce = await createCommerceClient(stage.stack);
      await commerce.list('');
      const { body } = await stage.stack.api.request<{ api_keys: { id: string }[] }>(
        'GET',
        '/api/v1/api-keys',
      );
      const workflowId = await workflowAbout(stage, recordApiKeyUsesWorkflowType, [
        String(body.api_keys[0]?.id),
      ]);
      await stage.stack.temporal.workflow.getHandle(workflowId).result();
      return workflowId;
    },
  },
];
