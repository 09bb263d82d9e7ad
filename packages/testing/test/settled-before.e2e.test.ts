import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  isSomebodyWaiting,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  startTestStack,
  type TestStack,
} from '@oms/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

describe('what a provider said, written while the worker that wrote it dies', () => {
  let stack: TestStack;
  let owner: pg.Client;
  let isRepeated = false;

  beforeAll(async () => {
    stack = await startTestStack({
      postgresPort: inject('postgresPort'),
      temporalAddress: inject('temporalAddress'),
      env: { WEBHOOK_RETRY_MS: '500', CHANGE_TIMEOUT_MS: '30000' },
    });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    // Stands still inside of COMMIT, where a transaction no longer needs whoever began it.
    await owner.query(`
      CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER stand_still AFTER INSERT ON payment_ledger DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.operation = 'refund_failed') EXECUTE FUNCTION stand_still()`);
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  // Where the worker is killed before it stands in its commit, there is nothing to see, and it is tried again.
  it(
    'is what the order goes by, also for a change that is asked for before it was told',
    { retry: 2 },
    async () => {
      await owner.query('SELECT pg_advisory_unlock_all()');
      if (isRepeated) await stack.service('payment-worker').start();
      isRepeated = true;
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const items = [orderItem(await stack.stock(5))];
      const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, items }));
      const path = `/api/v1/oms/orders/${body.order_id}`;
      const order = async () => (await stack.api.request('GET', path)).body;
      const paymentBeing = (status: string) =>
        eventually(`the payment being ${status}`, async () =>
          (await order())['payment_status'] === status ? true : undefined,
        );
      await stack.orderReaching(body.order_id, ['confirmed']);
      await changeAsClientsDo(stack.api, `${path}/refunds`, {});
      await paymentBeing('refunded');

      const [made] = await stack.simulator.stripeRefunds(reference);
      await owner.query('SELECT pg_advisory_lock(1)');
      await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
      await eventually('the failure standing in its commit', async () =>
        (await isSomebodyWaiting(stack.databaseUrl)) ? true : undefined,
      );
      await stack.service('payment-worker').stop('SIGKILL');
      await owner.query('SELECT pg_advisory_unlock(1)');
      await paymentBeing('captured');
      // The books have it, and the order's workflow does not.
      const again = changeAsClientsDo(stack.api, `${path}/refunds`, {});
      await stack.service('payment-worker').start();
      expect(await again).toMatchObject({ status: 201 });
      await paymentBeing('refunded');
      expect((await order())['flags']).toEqual([]);
      expect((await stack.api.request('GET', `${path}/proof`)).body).toMatchObject({ balances: true });
    },
  );
});
