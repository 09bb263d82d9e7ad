import { orderWorkflowId, OrderSearchAttributes } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { payableOrder, placeAsClientsDo, progressOf } from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('an order that waits for its provider', () => {
  const stack = useTestStack({ env: patient });
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const eventsOf = async (id: string) => ((await handleOf(id).fetchHistory()).events ?? []).length;

  async function place(operation?: string) {
    const { reference, body } = await payableOrder(stack);
    if (operation !== undefined)
      await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    return { id, reference };
  }

  /** Makes every pending retry run at once, so that an hour of an outage takes seconds. */
  async function attempt(id: string) {
    const { raw } = await handleOf(id).describe();
    const { namespace } = stack;
    const [activity] = raw.pendingActivities ?? [];
    await stack.temporal.workflowService.resetActivity({
      namespace,
      execution: { workflowId: orderWorkflowId(id) },
      id: activity?.activityId ?? '',
    });
  }

  it('has at most twelve events more than an order that does not wait, after any number of attempts', async () => {
    const { id: plain } = await place();
    await stack.orderReaching(plain, ['confirmed']);
    const { id, reference } = await place('payment_intents.capture');
    const asked = async () => {
      const log = await stack.simulator.call('GET', `/requests?payment_intent=${reference}`);
      return (log as { requests: readonly unknown[] }).requests.length;
    };
    await eventually('the order waiting', async () =>
      (await progressOf(stack, id)).waiting?.since ? true : undefined,
    );
    const before = await eventsOf(id);
    for (let round = 0; round < 20; round += 1) {
      const sofar = await asked();
      await attempt(id);
      await eventually('another attempt', async () => ((await asked()) > sofar ? true : undefined));
    }
    expect(await eventsOf(id)).toBe(before);
    const [found] = await eventually('the order being found by what it waits for', async () => {
      const query = `${OrderSearchAttributes.waitingFor.name} = 'stripe' AND OrderId = '${id}'`;
      const page = [];
      for await (const each of stack.temporal.workflow.list({ query })) page.push(each);
      return page.length > 0 ? page : undefined;
    });
    expect(found?.workflowId).toBe(orderWorkflowId(id));
    await stack.simulator.clearFaults(reference);
    // A notification that comes before the answer is recorded would wake the order once more.
    await stack.simulator.fault({
      ...{ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000, paymentIntent: reference },
    });
    await attempt(id);
    await stack.orderReaching(id, ['confirmed']);
    await eventually('the order at rest', async () =>
      (await progressOf(stack, id)).waiting === null ? true : undefined,
    );
    expect((await eventsOf(id)) - (await eventsOf(plain))).toBeLessThanOrEqual(12);
  });
});
