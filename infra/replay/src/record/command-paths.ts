import { invoiceCommandWorkflowType } from '@oms/contracts/temporal';
import { createSalesClient } from '@oms/testing';

import { untilActivityWaits, workflowAbout } from './find-workflow.js';
import type { Stage } from './stage.js';
import type { WorkflowPath } from './workflow-path.js';

const salesOf = ({ stack }: Stage) =>
  createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });

/** The newest invoice of an order that was confirmed just now. */
async function invoice(stage: Stage): Promise<{ readonly id: string; readonly rowId: string }> {
  const { body } = await stage.payable();
  const orderId = await stage.place(body);
  await stage.untilAtRest(orderId);
  const { id: rowId } = await stage.stack.database.prisma.invoice.findUniqueOrThrow({ where: { orderId } });
  const { body: list } = await salesOf(stage).get('/invoices?limit=1');
  const [found] = list['invoices'] as { id: string }[];
  return { id: String(found?.id), rowId };
}

/** Paths of what is asked for about invoices, each in a workflow of its own. */
export const commandPaths: readonly WorkflowPath[] = [
  {
    name: 'invoice-command-done',
    needs: 'to be alone',
    take: async (stage) => {
      const { id, rowId } = await invoice(stage);
      await salesOf(stage).post(`/invoices/${id}/issue`, {});
      const workflowId = await workflowAbout(stage, invoiceCommandWorkflowType, [rowId]);
      await stage.stack.temporal.workflow.getHandle(workflowId).result();
      return workflowId;
    },
  },
  {
    name: 'invoice-command-while-the-database-is-down',
    needs: 'to be alone',
    take: async (stage) => {
      const { id, rowId } = await invoice(stage);
      await stage.postgres.stop('immediate');
      const workflowId = await salesOf(stage)
        .post(`/invoices/${id}/issue`, {})
        .then(() => workflowAbout(stage, invoiceCommandWorkflowType, [rowId]))
        .then(async (found) => untilActivityWaits(stage, found).then(() => found))
        .finally(() => stage.postgres.start());
      await stage.stack.temporal.workflow.getHandle(workflowId).result();
      return workflowId;
    },
  },
];
