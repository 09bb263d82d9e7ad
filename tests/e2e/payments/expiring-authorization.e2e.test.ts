import { orderWorkflowId, OrderSearchAttributes } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { changeAsClientsDo, orderBody, orderBodyTotalMinor, orderItem, placeAsClientsDo } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const hourSeconds = 3_600;

describe('an authorisation that lapses before its order is paid for', () => {
  const stack = useSharedStack();

  /** An order that waits for a provider that does not capture. */
  async function waiting(heldForSeconds: number) {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor, { heldForSeconds });
    const operation = 'payment_intents.capture';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const items = [orderItem(await stack.stock(5))];
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, items }));
    const id = body.order_id;
    await eventually(`order ${id} having waited`, async () => {
      const { waiting } = (await statusOf(id)) as {
        waiting: { since: string | null; attempts: number } | null;
      };
      // An order is flagged at the latest by its second attempt after the short round.
      return waiting?.since && waiting.attempts >= 2 ? true : undefined;
    });
    return { id, reference };
  }

  const path = (id: string) => `/api/v1/oms/orders/${id}`;
  const statusOf = async (id: string) => (await stack.api.request('GET', `${path(id)}/status`)).body;
  const eventsOf = async (id: string) =>
    (await stack.api.getEvents(id)).body.events.filter(({ type }) => type.startsWith('payment.auth'));
  const flagsOf = async (id: string) => (await stack.api.getOrder(id)).body['flags'];

  it.concurrent('flags the order once before it lapses, until the capture', async () => {
    const { id, reference } = await waiting(hourSeconds);
    expect(await flagsOf(id)).toEqual(['authorization_expiring']);
    const { authorization_expires_at: expiresAt } = await statusOf(id);
    expect(Date.parse(String(expiresAt)) - Date.now()).toBeLessThan(hourSeconds * 1_000);
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const shown = await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(shown.currentDetails).toContain(`The authorisation lapses at ${String(expiresAt)}`);
    expect(shown.currentDetails).toContain('**Somebody has to look at it**: `authorization_expiring`.');
    const query = `OrderId = '${id}' AND ${OrderSearchAttributes.orderFlags.name} = 'authorization_expiring'`;
    await eventually('the flagged order being found while it waits', async () => {
      const { count } = await stack.temporal.workflow.count(query);
      return count === 1 ? true : undefined;
    });

    await stack.simulator.clearFaults(reference);
    await changeAsClientsDo(stack.api, `${path(id)}/operations/retry`, { reason: 'the provider is back' });
    await stack.orderReaching(id, ['confirmed']);
    expect(await flagsOf(id)).toEqual([]);
    expect(await statusOf(id)).toMatchObject({ authorization_expires_at: null });
    expect(await eventsOf(id)).toMatchObject([
      { type: 'payment.authorized' },
      { type: 'payment.authorization_expiring', data: { expires_at: expiresAt } },
    ]);
  });

  it.concurrent('flags a cancelled order until the release', async () => {
    const { id } = await waiting(hourSeconds);
    await changeAsClientsDo(stack.api, `${path(id)}/cancel`);
    await stack.orderReaching(id, ['cancelled']);
    expect(await flagsOf(id)).toEqual([]);
  });

  it.concurrent('flags no order whose authorisation has days left', async () => {
    const { id } = await waiting(48 * hourSeconds);
    expect(await flagsOf(id)).toEqual([]);
    expect(await statusOf(id)).toMatchObject({ authorization_expires_at: null });
    expect(await eventsOf(id)).toMatchObject([{ type: 'payment.authorized' }]);
  });
});
