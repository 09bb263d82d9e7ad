import { randomUUID } from 'node:crypto';

import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import type { Refusal } from '@oms/domain';
import { eventually } from '@oms/stack';
import { remainingImbalances } from '@oms/testing';
import { useCommerceClient } from '@oms/testing/vitest';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  apiLabels,
  makeOrder,
  namedPart,
  requestsOf,
  update,
  useChangeStage,
  type StandingOrder,
} from './change-orders.js';
import {
  allowedIn,
  changes,
  commerceStatusIn,
  states,
  statusIn,
  type Cell,
  type ChangeApi,
  type State,
} from './change-table.js';

const cells = changes.flatMap(({ change, apis, row }) =>
  apis.flatMap((apiName) => {
    return states.map((state, index) => {
      const cell = cellFor(row[index], change, apiName, state);
      return { change, apiName, state, cell, by: apiLabels[apiName] };
    });
  }),
);
const accepted = cells.flatMap((one) => ('becomes' in one.cell ? [{ ...one, ...one.cell }] : []));
const refused = cells.flatMap((one) => ('error' in one.cell ? [{ ...one, refusal: one.cell }] : []));

function cellFor(cell: Cell | undefined, change: string, apiName: ChangeApi, state: State): Cell {
  if (!cell) throw new Error(`there is no cell for ${change} by ${apiName} in ${state}`);
  return cell;
}

const nameOf = ({ change, apiName, state }: { change: string; apiName: ChangeApi; state: State }): string =>
  `${change}/${apiName}/${state}`;

/** The number of orders that are made at once. */
const atOnce = 16;

describe('every change of every API in every state', () => {
  const stage = useChangeStage();
  const commerce = useCommerceClient(stage.stack);
  /** An order for each accepted change, and one for each state for the refused changes. */
  const changing = new Map<string, StandingOrder>();
  const standing = new Map<State, StandingOrder>();
  /** Each standing order as it was before any change was asked for. */
  const untouched = new Map<State, unknown>();

  beforeAll(async () => {
    const toMake = [
      ...accepted.map((cell) => async () => {
        changing.set(nameOf(cell), await makeOrder(stage, cell.state, cell.change));
      }),
      ...states.map((state) => async () => {
        standing.set(state, await makeOrder(stage, state, 'none'));
      }),
    ];
    const lane = async (): Promise<void> => {
      for (let make = toMake.shift(); make; make = toMake.shift()) await make();
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }, 400_000);

  async function ask(apiName: ChangeApi, change: string, order: StandingOrder) {
    const requests = requestsOf(change, order);
    if (apiName === 'orders' && requests.orders) {
      const [path, body, method = 'POST'] = requests.orders;
      return stage.stack.api.request(method, `/api/v1/oms/orders/${order.id}${path}`, body);
    }
    if (apiName === 'sales' && requests.sales) {
      const [path, body] = requests.sales;
      return stage.sales.patch(`/orders/${salesOrderId(order.id)}${path}`, body);
    }
    throw new Error(`${apiLabels[apiName]} has no ${change}`);
  }

  /** Everything that the APIs show of an order, and its money at the provider. */
  async function snapshot({ id }: StandingOrder) {
    const { api, simulator } = stage.stack;
    const get = async (path: string) => (await api.request('GET', `/api/v1/oms/orders/${id}${path}`)).body;
    const order = await get('');
    return {
      order,
      events: await get('/events'),
      proof: await get('/proof'),
      parts: [
        await get('/fulfillments'),
        await get('/returns'),
        await get('/refunds'),
        await get('/cancellations'),
      ],
      provider: await simulator.ledger(String(order['payment_reference'])),
    };
  }

  function orderOf<Key>(orders: ReadonlyMap<Key, StandingOrder>, key: Key): StandingOrder {
    const order = orders.get(key);
    if (!order) throw new Error(`no order was made for ${String(key)}`);
    return order;
  }

  describe('that is refused changes nothing, and has a reason', () => {
    it.each(refused)('$change of one that is $state, by $by', async ({ change, apiName, state, refusal }) => {
      const order = orderOf(standing, state);
      const before = untouched.get(state) ?? (await snapshot(order));
      untouched.set(state, before);
      const words = refusal.error
        .replace('%', statusIn[state])
        .replace('#', namedPart(change, order))
        .replace('@', order.lineId);
      const error = refusal.namesAllowed ? `${words}; allowed: ${allowedIn(state, apiName)}` : words;
      if (apiName === 'update') {
        await expectRefusedUpdate(order, change, { error, code: refusal.code, state });
      } else {
        const status = refusal.code === 'PART_NOT_FOUND' ? 404 : apiName === 'sales' ? 422 : 400;
        const answer = await ask(apiName, change, order);
        const allowed = allowedIn(state, apiName);
        const names = allowed === 'none' ? [] : allowed.split(', ');
        expect({ status: answer.status, body: answer.body }).toEqual({
          status,
          body: {
            ...{ error, code: refusal.code },
            ...(refusal.field === undefined ? {} : { field: refusal.field }),
            ...(refusal.namesAllowed ? { allowed: names } : {}),
          },
        });
      }
      expect(await snapshot(order)).toEqual(before);
    });
  });

  async function expectRefusedUpdate(
    order: StandingOrder,
    change: string,
    { error, code, state }: { readonly error: string; readonly code: string; readonly state: State },
  ) {
    const [type, request] = requestsOf(change, order).update ?? [];
    if (!type || !request) throw new Error(`there is no update for ${change}`);
    const fault: unknown = await update(stage, order.id, type, request).catch((reason: unknown) => reason);
    if (state === 'closed' || state === 'cancelled') {
      // Its workflow has come to its end.
      expect(fault).toBeInstanceOf(WorkflowNotFoundError);
      return;
    }
    const cause = fault instanceof WorkflowUpdateFailedError ? fault.cause : undefined;
    if (!(cause instanceof ApplicationFailure)) throw new Error('it was not refused', { cause: fault });
    const [refusal] = (cause.details ?? []) as Refusal[];
    expect({ type: cause.type, error: cause.message, code: refusal?.code }).toEqual({
      type: 'ChangeRefused',
      error,
      code,
    });
  }

  describe('that is allowed is made', () => {
    it.each(accepted)(
      '$change of one that is $state makes it $becomes, by $by',
      async ({ change, apiName, state, becomes, answers = becomes }) => {
        const order = orderOf(changing, nameOf({ change, apiName, state }));
        const { version } = (await stage.stack.api.getOrder(order.id)).body;
        if (apiName === 'update') {
          const [type, request] = requestsOf(change, order).update ?? [];
          if (!type || !request) throw new Error(`there is no update for ${change}`);
          expect((await update(stage, order.id, type, request)).status).toBe(answers);
        } else {
          const answer = await ask(apiName, change, order);
          const isMaking = /^(ship|request|refund|cancel .* unit)/.test(change) && apiName === 'orders';
          expect({ status: answer.status, body: answer.body }).toMatchObject({
            status: isMaking ? 201 : 200,
            body: apiName === 'sales' || change === 'cancel' || change === 'close' ? { status: becomes } : {},
          });
        }
        const body = await stage.stack.orderReaching(order.id, [becomes]);
        expect(body.version).toBeGreaterThan(version);
      },
    );
  });

  it.each(states)('shows on all three APIs: an order that is %s', async (state) => {
    const { id } = orderOf(standing, state);
    const { body: onOrders } = await stage.stack.api.getOrder(id);
    const { body: onSales } = await stage.sales.get(`/orders/${salesOrderId(id)}`);
    const { body: onCommerce } = await commerce.get(commerceOrderId(id));
    expect([onOrders.status, onSales['status'], onCommerce['status']]).toEqual([
      statusIn[state],
      statusIn[state],
      commerceStatusIn[state],
    ]);
    expect([onSales['order_number'], onCommerce['number']]).toEqual([onOrders.number, onOrders.number]);
    // The Commerce API places and shows orders, and has no changes.
    for (const path of ['/cancel', '/refunds', '/fulfillments', '/returns', '/close']) {
      const answer = await commerce.request('POST', `/${commerceOrderId(id)}${path}`, {});
      expect([answer.status, answer.body['code']]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it.each(['orders', 'sales'] as const)('of no order is a 404, on %s', async (apiName) => {
    const nobody = {
      id: randomUUID(),
      lineId: randomUUID(),
      shipmentId: randomUUID(),
      returnId: randomUUID(),
    };
    for (const { change } of changes.filter(({ apis }) => apis.includes(apiName))) {
      const answer = await ask(apiName, change, nobody);
      expect([change, answer.status, answer.body]).toEqual([
        change,
        404,
        { error: 'there is no such order', code: 'NOT_FOUND' },
      ]);
    }
  });

  it('leaves ledgers that balance, once the provider is back', async () => {
    await stage.stack.simulator.clearFaults();
    const { id } = orderOf(standing, 'pending');
    await update(stage, id, 'cancel').catch(() => undefined); // It may be confirmed by now, and is cancelled then.
    await stage.stack.orderReaching(id, ['cancelled']);
    await eventually('the last refunds', async () => {
      const pending = await stage.stack.database.prisma.refund.count({ where: { status: 'pending' } });
      return pending === 0 ? true : undefined;
    });
    expect(await remainingImbalances(stage.stack)).toEqual([]);
  });
});
