import { randomUUID } from 'node:crypto';

import { FailureType, orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  commerceOrderBody,
  createSalesClient,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  updateAsOperatorsDo,
} from '@oms/testing';
import { patient, useCommerceClient, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

/** Constraints of these tests. Each makes the database refuse one step of a certain order. */
const constraints = {
  orders_recordable: `orders CHECK (external_id NOT LIKE 'unrecordable-%')`,
  orders_confirmable: `orders CHECK (external_id NOT LIKE 'unconfirmable-%' OR status <> 'confirmed')`,
  orders_shippable: `orders CHECK (external_id NOT LIKE 'unshippable-%' OR status <> 'shipped')`,
  orders_cancellable: `orders CHECK (external_id NOT LIKE 'uncancellable-%' OR status <> 'cancelled')`,
  orders_disputable: `orders CHECK (external_id NOT LIKE 'undisputable-%' OR NOT 'disputed' = ANY (flags))`,
  ledger_capturable: `payment_ledger CHECK (operation <> 'capture' OR amount_minor <> 8999)`,
  settings_changeable: `tenant_settings CHECK (order_number_prefix <> 'REFUSED')`,
} as const;
type Constraint = keyof typeof constraints;

describe('a write that the database refuses', () => {
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500' } });
  const commerce = useCommerceClient(stack);
  const execute = (sql: string) => stack.database.prisma.$executeRawUnsafe(sql);
  const drop = (name: Constraint) =>
    execute(`ALTER TABLE ${constraints[name].split(' ')[0] ?? ''} DROP CONSTRAINT ${name}`);

  beforeAll(async () => {
    for (const [name, rule] of Object.entries(constraints)) {
      const [table = '', ...check] = rule.split(' ');
      await execute(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${check.join(' ')}`);
    }
  });

  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;

  /** An order that is paid for and whose stock is there, with an external id that says which step is refused. */
  async function payable(kind: string, item: object = {}, total = orderBodyTotalMinor) {
    const reference = await stack.simulator.authorization(total);
    const level = await stack.stock(5);
    const external_id = `${kind}-${randomUUID()}`;
    const items = [orderItem({ ...level, ...item })];
    return { reference, level, body: orderBody({ payment_reference: reference, external_id, items }) };
  }

  const reserved = async ({ variant_id }: { readonly variant_id: string }) =>
    (
      await stack.database.prisma.inventoryLevel.findFirstOrThrow({
        where: { tenantId: stack.tenantId, variantId: variant_id },
      })
    ).reserved;

  const statusAs = async (role: string, id: string) =>
    (await stack.apiAs({ role }).request<{ status: string; waiting: Waiting }>('GET', `${pathOf(id)}/status`))
      .body;
  type Waiting = null | { code: string; fault: string; next_attempt_at: string | null };

  const waiting = (id: string, code: string) =>
    eventually(`order ${id} waiting: ${code}`, async () => {
      const status = await statusAs('operator', id);
      return status.waiting?.code === code ? status.waiting : undefined;
    });

  const retry = (id: string) =>
    stack
      .apiAs({ role: 'operator' })
      .request('POST', `${pathOf(id)}/operations/retry`, { reason: 'it can be recorded now' });

  describe('of an order that is placed', () => {
    const refusal = 'the order was cancelled before it was recorded: record_refused; nothing was done for it';

    it('is refused every time, and the order has ended', async () => {
      const { body, reference, level } = await payable('unrecordable');
      const placed = await stack.api.placeOrder(body);
      expect(placed).toMatchObject({ status: 400, body: { error: refusal } });
      expect(await stack.api.placeOrder(body)).toMatchObject({ status: 400, body: { error: refusal } });
      const other = { ...body, channel: 'another' };
      expect((await stack.api.placeOrder(other)).body.error).toContain(
        'was used before with another request',
      );

      const id = await orderIdOf(body);
      expect(await stack.api.getOrder(id)).toMatchObject({ status: 404, body: { error: refusal } });
      expect((await stack.api.getEvents(id)).body).toMatchObject({ error: refusal });
      expect(await statusAs('viewer', id)).toMatchObject({ status: 'cancelled', waiting: null });
      const stranger = stack.apiAs({ tenantId: randomUUID() });
      expect((await stranger.getOrder(id)).body).toMatchObject({ error: 'there is no such order' });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
      expect(Number(await reserved(level))).toBe(0);
    });

    it('is shown to operators with the database’s message', async () => {
      const { body } = await payable('unrecordable');
      await stack.api.placeOrder(body);
      const ended: unknown = await handleOf(await orderIdOf(body))
        .result()
        .catch((error: unknown) => error);
      expect(ended).toMatchObject({
        cause: {
          type: FailureType.RecordRefused,
          message: expect.stringMatching(/^the order is being recorded: .*orders_recordable/) as string,
        },
      });
    });

    it('is a refusal on the other APIs too, with its code', async () => {
      const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
      const draft = {
        customer_id: 'cust_01J9RPMNVK4W',
        external_id: `unrecordable-${randomUUID()}`,
        line_items: [{ product_id: await sales.product(1), quantity: 1 }],
      };
      expect(await sales.post('/orders', draft)).toMatchObject({ status: 422, body: { error: refusal } });
      const { sku } = await commerce.stocked(5);
      const order = commerceOrderBody(sku, { external_id: `unrecordable-${randomUUID()}` });
      expect(await commerce.post(order)).toMatchObject({
        status: 422,
        body: { error: refusal, code: 'RECORD_REFUSED' },
      });
    });

    async function orderIdOf(body: Record<string, unknown>): Promise<string> {
      return eventually('the workflow of the order', async () => {
        const query = `WorkflowType = 'orderWorkflow'`;
        for await (const { workflowId, memo } of stack.temporal.workflow.list({ query })) {
          if (memo?.['idempotencyKey'] === body['idempotency_key']) return workflowId.slice('order-'.length);
        }
        return undefined;
      });
    }
  });

  it('of a step of an order: the order is cancelled, and all of it is given back', async () => {
    const { body, reference, level } = await payable('unconfirmable');
    const { order_id: id } = (await stack.api.placeOrder(body)).body;
    const order = await stack.orderReaching(id, ['confirmed', 'cancelled']);
    expect(order).toMatchObject({
      status: 'cancelled',
      payment_status: 'refunded',
      cancellation_reason: 'record_refused',
      cancellation_detail: 'the order is being confirmed: the database refuses it',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    expect(Number(await reserved(level))).toBe(0);
  });

  it('of a change: it is refused, and is made once it can be', async () => {
    const { body } = await payable('unshippable');
    const { order_id: id } = (await stack.api.placeOrder(body)).body;
    await stack.orderReaching(id, ['confirmed']);
    await updateAsOperatorsDo(handleOf(id), orderChangeUpdates.start_processing.name, {});
    const ship = () => stack.api.request('POST', `${pathOf(id)}/fulfillments`, {});
    expect(await ship()).toMatchObject({
      status: 400,
      body: { error: 'a change is being made: the database refuses it' },
    });
    expect((await stack.api.getOrder(id)).body.status).toBe('processing');
    await drop('orders_shippable');
    expect((await ship()).status).toBe(201);
    expect((await stack.api.getOrder(id)).body.status).toBe('shipped');
  });

  it('of a cancellation: it waits, is tried again when an operator asks, and is not lost', async () => {
    const { body, reference } = await payable('uncancellable');
    const { order_id: id } = (await stack.api.placeOrder(body)).body;
    await stack.orderReaching(id, ['confirmed']);
    const cancelled = stack.api.request('POST', `${pathOf(id)}/cancel`, {}, { 'idempotency-key': id });
    const wait = await waiting(id, FailureType.RecordRefused);
    expect(wait.fault).toContain('violates check constraint');
    for (const role of ['viewer', 'order_manager', 'service']) {
      const { waiting: shown } = await statusAs(role, id);
      expect(shown).toMatchObject({
        code: 'RecordRefused',
        fault: 'PostgreSQL refuses what is to be recorded',
      });
    }
    const { events } = await handleOf(id).fetchHistory();
    expect(events?.some((event) => event.timerStartedEventAttributes)).toBe(false);
    await drop('orders_cancellable');
    await retry(id);
    expect((await cancelled).status).toBe(200);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it('of captured money → the order waits until the refund can be recorded', async () => {
    const { body, reference } = await payable('paid', { quantity: 1 }, 8_999);
    const { order_id: id } = (await stack.api.placeOrder(body)).body;
    expect((await waiting(id, FailureType.RecordRefused)).fault).toContain('ledger_capturable');
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
    await drop('ledger_capturable');
    await retry(id);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({
      payment_status: 'refunded',
      cancellation_reason: 'record_refused',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it('of a command: it is refused and logged, and the same key carries it out once it can be', async () => {
    const change = (prefix: string) =>
      stack.api.request(
        'PATCH',
        '/api/v1/oms/settings',
        { order_number_prefix: prefix },
        { 'idempotency-key': 'refused' },
      );
    const refused = {
      status: 400,
      body: { error: 'the database refuses what was asked; nothing was changed', code: 'RECORD_REFUSED' },
    };
    expect(await change('REFUSED')).toMatchObject(refused);
    expect(await change('REFUSED')).toMatchObject(refused);
    const lines = (await stack.printedBy('gateway'))
      .split('\n')
      .filter((line) => line.includes('refused a command'));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toContain('settings_changeable');
    expect(await stack.database.prisma.auditEntry.count({ where: { action: 'settings.changed' } })).toBe(0);
    await drop('settings_changeable');
    expect(await change('REFUSED')).toMatchObject({ status: 200 });
  });

  async function confirmedAdyenOrder(external_id: string) {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(5))];
    const body = orderBody({
      ...{ payment_provider: 'adyen', payment_reference: reference, external_id, items },
    });
    const { order_id: id } = (await stack.api.placeOrder(body)).body;
    await stack.orderReaching(id, ['confirmed']);
    const disputed = () =>
      stack.simulator.call('POST', `/adyen/payments/${reference}/chargeback`, {
        amount: orderBodyTotalMinor,
      });
    return { id, reference, disputed };
  }

  const untilFlagged = (id: string, flags: readonly string[]) =>
    eventually(`order ${id} being flagged ${flags.join()}`, async () =>
      JSON.stringify((await stack.api.getOrder(id)).body['flags']) === JSON.stringify(flags)
        ? true
        : undefined,
    );

  it('of a notification that cannot be kept: it is sent again until it can, and other orders are told', async () => {
    const orders = await Promise.all([1, 2].map(() => confirmedAdyenOrder(randomUUID())));
    const [refused, other] = orders;
    await execute(
      `ALTER TABLE payment_notifications ADD CONSTRAINT notifications_keepable
       CHECK (kind <> 'dispute_withdrawn' OR reference <> '${refused?.reference ?? ''}')`,
    );
    for (const { disputed } of orders) await disputed();
    await untilFlagged(other?.id ?? '', ['disputed']);
    await eventually('the refusal being logged', async () =>
      (await stack.printedBy('gateway')).includes('notifications_keepable') ? true : undefined,
    );
    expect((await stack.api.getOrder(refused?.id ?? '')).body['flags']).toEqual([]);
    await execute('ALTER TABLE payment_notifications DROP CONSTRAINT notifications_keepable');
    await untilFlagged(refused?.id ?? '', ['disputed']);
  });

  it('of the settlement of a notification: the order waits for an operator, goes on, and loses none', async () => {
    const { id, reference, disputed } = await confirmedAdyenOrder(`undisputable-${randomUUID()}`);
    await disputed();
    expect((await waiting(id, FailureType.RecordRefused)).fault).toContain('orders_disputable');
    // Neither a later notification nor a change is held up.
    const [capture] = await stack.simulator.adyenModifications(reference);
    await stack.simulator.call('POST', `/adyen/modifications/${capture?.id ?? ''}/complete`, {
      outcome: 'failed',
    });
    await untilFlagged(id, ['capture_failed']);
    expect(await stack.api.request('POST', `${pathOf(id)}/cancel`, {})).toMatchObject({ status: 200 });
    await drop('orders_disputable');
    await retry(id);
    await untilFlagged(id, ['capture_failed', 'disputed']);
    expect(await handleOf(id).result()).toMatchObject({ status: 'cancelled' });
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
