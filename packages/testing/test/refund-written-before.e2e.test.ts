import { eventually } from '@oms/stack';
import {
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

describe('a refund that is written while the worker that asked for it dies', () => {
  let stack: TestStack;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startTestStack({
      postgresPort: inject('postgresPort'),
      temporalAddress: inject('temporalAddress'),
    });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
    // Stands still inside of COMMIT, where a transaction no longer needs whoever began it.
    await owner.query(`
      CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER stand_still AFTER INSERT ON refunds DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION stand_still()`);
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  it('is given to the customer, once', async () => {
    const level = await stack.stock(5);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference, items: [orderItem(level)] });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await stack.orderReaching(id, ['confirmed']);
    const path = `/api/v1/oms/orders/${id}`;
    await owner.query('SELECT pg_advisory_lock(1)');
    const asked = stack.api.request('POST', `${path}/refunds`, { amount: '1.00' });
    await eventually('the refund standing in its commit', async () =>
      (await isSomebodyWaiting(stack.databaseUrl)) ? true : undefined,
    );
    await stack.service('order-worker').stop('SIGKILL');
    await owner.query('SELECT pg_advisory_unlock(1)');
    const refunds = async () => (await stack.api.request('GET', `${path}/refunds`)).body['refunds'];
    await eventually('the refund being written', async () =>
      ((await refunds()) as unknown[]).length > 0 ? true : undefined,
    );
    await stack.service('order-worker').start();
    await asked;
    await eventually('the refund being given', async () => {
      const [refund] = (await refunds()) as { status: string }[];
      return refund?.status === 'succeeded' ? true : undefined;
    });
    const given = (await stack.simulator.ledger(reference)).filter(({ operation }) => operation === 'refund');
    expect(given).toHaveLength(1);
    expect((await stack.api.request('GET', `${path}/proof`)).body).toMatchObject({ balances: true });
  });
});
