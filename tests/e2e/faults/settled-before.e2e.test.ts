import { eventually } from '@oms/stack';
import { changeAsClientsDo, confirmedOrder, holdCommits } from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a notification that is written while its worker dies', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });

  it('→ decides the order, also a change that is requested before the workflow hears of it', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const path = `/api/v1/oms/orders/${id}`;
    const order = async () => (await stack.api.request('GET', path)).body;
    const paymentBeing = (status: string) =>
      eventually(`the payment being ${status}`, async () =>
        (await order())['payment_status'] === status ? true : undefined,
      );
    await changeAsClientsDo(stack.api, `${path}/refunds`, { all: true });
    // Nothing is left to ship, so the order is cancelled. Until it is, no other refund is taken.
    await stack.orderReaching(id, ['cancelled']);
    await paymentBeing('refunded');

    const [made] = await stack.simulator.stripeRefunds(reference);
    const failure = { table: 'payment_ledger', when: "NEW.operation = 'refund_failed'" };
    await holdCommits(stack.databaseUrl, failure, async (commits) => {
      await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
      await commits.untilOneStands();
      await stack.service('payment-worker').stop('SIGKILL');
      await commits.letGo();
      await paymentBeing('captured');
    });
    // The ledger has it, and the order's workflow does not: the worker that had to tell it is dead.
    expect(await changeAsClientsDo(stack.api, `${path}/refunds`, { all: true })).toMatchObject({
      status: 201,
    });
    await stack.service('payment-worker').start();
    await paymentBeing('refunded');
    expect((await order())['flags']).toEqual([]);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
  });
});
