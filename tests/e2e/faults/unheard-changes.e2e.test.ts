import { randomUUID } from 'node:crypto';

import { orderWorkflowId } from '@oms/contracts/temporal';
import { applyOrderCommand } from '@oms/database';
import { eventually } from '@oms/stack';
import { changeAsClientsDo, confirmedOrder, holdCommits, remainingImbalances } from '@oms/testing';
import { patient, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/**
 * A change is in Temporal's history before it is written to the database. If worker and Temporal are lost at the
 * moment of its commit, and the client does not ask again, the order's workflow still learns of the change.
 */
describe('a change that is committed while its worker and Temporal die', () => {
  const temporal = useTemporal({ isDurable: true });
  // A gateway that is to die with a request has not answered it by then.
  const stack = useTestStack({ temporal, env: patient });
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));

  async function refundsOf(id: string) {
    const { body } = await stack.api.request('GET', `${pathOf(id)}/refunds`);
    return (body['refunds'] as { status: string }[]).map(({ status }) => status);
  }

  it('is completed by itself: a refund is made once', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const losers = ['gateway', 'order-worker'] as const;
    await holdCommits(stack.databaseUrl, { table: 'refunds' }, async (commits) => {
      const asked = stack.api.request('POST', `${pathOf(id)}/refunds`, { amount: '1.00' });
      await Promise.all([
        expect(asked).rejects.toThrow(),
        (async () => {
          await commits.untilOneStands();
          await Promise.all(losers.map((service) => stack.service(service).stop('SIGKILL')));
          await temporal.stop('SIGKILL');
        })(),
      ]);
    });
    await temporal.start();
    await Promise.all(losers.map((service) => stack.service(service).start()));
    await eventually('the refund being written', async () =>
      (await refundsOf(id)).length > 0 ? true : undefined,
    );
    await eventually('the refund being given', async () =>
      (await refundsOf(id)).join() === 'succeeded' ? true : undefined,
    );
    const given = (await stack.simulator.ledger(reference)).filter(({ operation }) => operation === 'refund');
    expect(given).toHaveLength(1);
  });

  it('ends the order at the end of its return window, where it was closed', async () => {
    const windowSeconds = 12;
    await stack.database.prisma.$executeRaw`
      INSERT INTO tenant_settings (tenant_id, return_window_seconds) VALUES (${stack.tenantId}::uuid, ${windowSeconds})
      ON CONFLICT (tenant_id) DO UPDATE SET return_window_seconds = ${windowSeconds}`;
    const { id } = await confirmedOrder(stack);
    const { body: parcel } = await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments`, {});
    await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments/${String(parcel['id'])}/deliver`, {});
    const { tenantId, orgId } = stack;
    const commandId = randomUUID();
    const closed = await applyOrderCommand(stack.database, {
      ...{ tenantId, orgId, orderId: id, commandId, requestId: commandId, requestHash: '' },
      actor: { type: 'user', id: 'somebody' },
      command: { type: 'close' },
    });
    expect(closed).toMatchObject({ kind: 'applied', answer: { status: 'closed' } });
    expect(await handleOf(id).result()).toMatchObject({ status: 'closed' });
    const events = (await handleOf(id).fetchHistory()).events ?? [];
    const isOver = events.findIndex(({ timerFiredEventAttributes: fired }) => fired);
    const local = events
      .slice(isOver)
      .filter(({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_local_activity');
    // It is closed once more, which is refused, and read.
    expect(local).toHaveLength(2);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
