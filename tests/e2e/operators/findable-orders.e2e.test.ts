import { orderWorkflowId, OrderSearchAttributes } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const { cancellationReason, orderFlags } = OrderSearchAttributes;

describe('an order that needs attention', () => {
  const stack = useSharedStack();
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const statusOf = async (id: string) => (await stack.api.request('GET', `${pathOf(id)}/status`)).body;

  /** The ids of this tenant's order workflows that Temporal finds. */
  async function found(query: string): Promise<readonly string[]> {
    const ids = [];
    for await (const { workflowId } of stack.temporal.workflow.list({
      query: `TenantId = '${stack.tenantId}' AND ${query}`,
    })) {
      ids.push(workflowId);
    }
    return ids;
  }

  it('is found in Temporal by the flag, and shown by the status, until its cause ends', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const query = `${orderFlags.name} = 'refund_failed' AND ExecutionStatus = 'Running'`;
    const fault = { operation: 'refunds.create', kind: 'decline', times: 1, paymentIntent: reference };
    await stack.simulator.fault(fault);
    await changeAsClientsDo(stack.api, `${pathOf(id)}/refunds`, { amount: '30.00' });
    await eventually('the flagged order being found', async () =>
      (await found(query)).includes(orderWorkflowId(id)) ? true : undefined,
    );
    expect(await statusOf(id)).toMatchObject({
      ...{ status: 'confirmed', flags: ['refund_failed'], cancellation_reason: null },
    });

    await changeAsClientsDo(stack.api, `${pathOf(id)}/refunds`, { amount: '30.00' });
    await eventually('the order not being found any more', async () =>
      (await found(query)).includes(orderWorkflowId(id)) ? undefined : true,
    );
    expect(await statusOf(id)).toMatchObject({ status: 'confirmed', flags: [] });
  });

  it('is found also where it has ended before', async () => {
    const { id, reference } = await confirmedOrder(stack);
    await changeAsClientsDo(stack.api, `${pathOf(id)}/cancel`);
    const query = `${orderFlags.name} = 'refund_failed'`;
    const [made] = await stack.simulator.stripeRefunds(reference);
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await eventually('the cancelled order being found', async () =>
      (await found(query)).includes(orderWorkflowId(id)) ? true : undefined,
    );
    expect(await statusOf(id)).toMatchObject({ status: 'cancelled', flags: ['refund_failed'] });
  });

  it('is found by the reason of its cancellation, which its status shows, too', async () => {
    const level = await stack.stock(1);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { body } = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items: [orderItem(level)] }),
    );
    const { number } = await stack.orderReaching(body.order_id, ['cancelled']);
    await eventually('the cancelled order being found by its reason', async () =>
      (await found(`${cancellationReason.name} = 'out_of_stock'`)).includes(orderWorkflowId(body.order_id))
        ? true
        : undefined,
    );
    expect(await statusOf(body.order_id)).toMatchObject({
      number,
      status: 'cancelled',
      cancellation_reason: 'out_of_stock',
      step: 'the order is cancelled: nothing can follow',
      flags: [],
    });
  });
});
