import { eventually } from '@oms/stack';
import { changeAsClientsDo, confirmedOrder, holdCommits } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a refund that is written while the worker that asked for it dies', () => {
  const stack = useTestStack();

  it('is paid to the customer once', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const path = `/api/v1/oms/orders/${id}`;
    const refunds = async () => (await stack.api.request('GET', `${path}/refunds`)).body['refunds'];
    await holdCommits(stack.databaseUrl, { table: 'refunds' }, async (commits) => {
      const asked = changeAsClientsDo(stack.api, `${path}/refunds`, { amount: '1.00' });
      await commits.untilOneStands();
      await stack.service('order-worker').stop('SIGKILL');
      await commits.letGo();
      await eventually('the refund being written', async () =>
        ((await refunds()) as unknown[]).length > 0 ? true : undefined,
      );
      await stack.service('order-worker').start();
      await asked;
    });
    await eventually('the refund being given', async () => {
      const [refund] = (await refunds()) as { status: string }[];
      return refund?.status === 'succeeded' ? true : undefined;
    });
    const given = (await stack.simulator.ledger(reference)).filter(({ operation }) => operation === 'refund');
    expect(given).toHaveLength(1);
    expect(await stack.api.settledProof(id)).toMatchObject({ balances: true });
  });
});
