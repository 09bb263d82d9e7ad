import { orderChangeUpdates } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { remainingImbalances, orderBody, orderBodyTotalMinor, orderItem } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { createOperatorStage, question, total } from './operator-stage.js';

describe('operators and waiting orders', () => {
  const stack = useSharedStack();
  const {
    auditOf,
    away,
    captured,
    handleOf,
    inDoubt,
    movements,
    notCaptured,
    operate,
    pathOf,
    statement,
    waiting,
    waitingInDoubt,
  } = createOperatorStage(stack);

  it.concurrent(
    'a capture that is rightly stated as captured confirms the order without another capture, and is audited',
    async () => {
      const { id, reference, status } = await inDoubt('hang_after');
      expect(status.waiting?.actions).toEqual([
        { action: 'retry', method: 'POST', path: `${pathOf(id)}/operations/retry`, update: 'retryNow' },
        { action: 'give_up', method: 'POST', path: `${pathOf(id)}/operations/give-up`, update: 'giveUp' },
        {
          action: 'resolve_payment',
          method: 'POST',
          path: `${pathOf(id)}/operations/resolve-payment`,
          update: 'resolvePayment',
        },
      ]);

      const answers = await Promise.all(
        [1, 2].map(() => operate(id, 'resolve-payment', captured, `resolve-${id}`)),
      );
      expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
      expect(await operate(id, 'resolve-payment', notCaptured, `resolve-${id}`)).toMatchObject({
        status: 400,
      });
      expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({
        status: 'confirmed',
        payment_status: 'captured',
      });
      await stack.simulator.clearFaults(reference);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      const [entry, ...more] = await stack.database.prisma.paymentLedgerEntry.findMany({
        where: { orderId: id, operation: 'capture' },
        include: { statement: true },
      });
      expect(more).toEqual([]);
      expect(entry).toMatchObject({
        providerObjectId: 'ch_1',
        statement: { outcome: 'captured', statedBy: 'development-operator', evidence: statement.evidence },
      });
      expect(await auditOf(id, 'payment.stated')).toEqual([
        {
          actorType: 'operator',
          actorId: 'development-operator',
          data: expect.objectContaining({
            reason: 'the provider is away',
            evidence: statement.evidence,
            evidenceUrl: statement.evidence_url,
            providerSaid: expect.stringMatching(/^no answer: /) as string,
            from: 'unknown',
            to: 'captured',
          }) as object,
        },
      ]);
      const doubtAs = async (role: string) =>
        (await stack.apiAs({ role }).getEvents(id)).body.events.find(({ type }) => type === 'payment.unknown')
          ?.data;
      expect(await doubtAs('operator')).toStrictEqual({
        operation: 'capture',
        message: expect.any(String) as string,
      });
      expect(await doubtAs('viewer')).toStrictEqual({ operation: 'capture' });
    },
  );

  it.concurrent(
    'a statement that the provider contradicts is refused with the provider’s state',
    async () => {
      const { id, reference } = await inDoubt('hang_after');
      // The next attempt is many seconds away.
      await waiting(id, ({ waiting: wait }) => {
        const leftMs = Date.parse(wait?.next_attempt_at ?? '') - Date.now();
        return leftMs > 12_000;
      });
      await stack.simulator.clearFaults(reference);
      const refused = await operate(id, 'resolve-payment', notCaptured);
      expect(refused).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(`it has captured ${total} USD`) as string },
      });
      expect(await auditOf(id, 'payment.stated')).toEqual([]);
      expect(await stack.orderReaching(id, ['confirmed'], 90_000)).toMatchObject({
        payment_status: 'captured',
      });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
    },
  );

  it.concurrent('a capture that is wrongly stated as not_captured is not captured again', async () => {
    const { id, reference } = await inDoubt('hang_after');
    expect(await operate(id, 'resolve-payment', notCaptured)).toMatchObject({
      status: 200,
      body: { payment_status: 'authorized' },
    });
    await stack.simulator.clearFaults(reference);
    expect(await stack.orderReaching(id, ['confirmed'], 90_000)).toMatchObject({
      payment_status: 'captured',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent('a capture that is rightly stated as not_captured is retried under a new key', async () => {
    const { id, reference } = await inDoubt('hang_before');
    expect((await operate(id, 'resolve-payment', notCaptured)).status).toBe(200);
    // The capture is not retried before the provider itself confirms the statement.
    await waiting(id);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
    await stack.simulator.clearFaults(reference);
    await operate(id, 'retry', {});
    await stack.orderReaching(id, ['confirmed'], 90_000);
    expect(await movements(reference)).toMatchObject([
      { operation: 'authorize' },
      { operation: 'capture', idempotency_key: `${id}:capture:2` },
    ]);
    expect(await auditOf(id, 'order.retry_requested')).toMatchObject([
      { actorId: 'development-operator', data: { reason: 'the provider is away' } },
    ]);
  });

  it.concurrent('an order that is given up in doubt is cancelled and its capture refunded', async () => {
    const { id, reference } = await inDoubt('hang_after');
    expect((await operate(id, 'give-up', { reason: 'the customer waits no longer' }, id)).status).toBe(202);
    await eventually('the give-up being kept', async () =>
      (await auditOf(id, 'order.given_up')).length > 0 ? true : undefined,
    );
    const status = await waiting(id, ({ step }) => step === 'the payment is being given back');
    expect(status.waiting?.actions.map(({ action }) => action)).toEqual(['retry', 'resolve_payment']);
    await expect(
      handleOf(id).executeUpdate(orderChangeUpdates.give_up, { args: [{ by: 'ada', reason: 'again' }] }),
    ).rejects.toMatchObject({
      cause: { message: 'the order is being cancelled already: given_up_by_operator' },
    });

    await stack.simulator.clearFaults(reference);
    await operate(id, 'retry', {});
    expect(await stack.orderReaching(id, ['cancelled'], 90_000)).toMatchObject({
      cancellation_reason: 'given_up_by_operator',
      cancellation_detail: 'the customer waits no longer',
      payment_status: 'refunded',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    expect(await auditOf(id, 'order.given_up')).toEqual([
      {
        actorType: 'operator',
        actorId: 'development-operator',
        data: expect.objectContaining({ reason: 'the customer waits no longer' }) as object,
      },
    ]);
    // The key is answered also after the end of the order.
    const again = await eventually('the answer being kept', async () => {
      const answer = await operate(id, 'give-up', { reason: 'the customer waits no longer' }, id);
      return answer.status === 200 ? answer : undefined;
    });
    expect(again.body).toMatchObject({ status: 'cancelled' });
  });

  it.concurrent(
    'a refund by hand during the cancellation of an order can be stated as refunded',
    async () => {
      const { id, reference } = await inDoubt('hang_after');
      await operate(id, 'give-up', {});
      await waiting(id, ({ step }) => step === 'the payment is being given back');
      // A refund in the dashboard. The provider does not answer, so this system cannot see the refund.
      const refundId = await stack.simulator.refundByHand(reference);
      const refunded = { outcome: 'refunded', amount: total, provider_object_id: refundId, ...statement };
      expect((await operate(id, 'resolve-payment', refunded)).status).toBe(200);
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
      await stack.simulator.clearFaults(reference);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
    },
  );

  it.concurrent(
    'a void in doubt can be stated from the Web UI or the command line, in plain JSON',
    async () => {
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const operation = 'payment_intents.cancel';
      await stack.simulator.fault({ operation, kind: 'hang_after', times: 1, paymentIntent: reference });
      const items = [orderItem(await stack.stock(1))];
      const { body } = await stack.api.placeOrder(orderBody({ payment_reference: reference, items }));
      const id = body.order_id;
      await eventually('the void', async () =>
        (await stack.simulator.hasFired(reference)) ? true : undefined,
      );
      await away(reference, question, operation);
      await waitingInDoubt(id);
      const voided = { outcome: 'voided', evidence: 'the dashboard says canceled' } as const;
      const update = (request: object) => handleOf(id).executeUpdate('resolvePayment', { args: [request] });
      for (const [request, fault] of [
        [voided, 'resolve_payment.by is required'],
        [{ ...voided, by: ' ', reason: 'x' }, 'resolve_payment.by must not be empty'],
        [{ ...voided, by: 'ada' }, 'resolve_payment.reason is required'],
        [{ by: 'ada', reason: 'x', outcome: 'voided' }, 'resolve_payment.evidence is required'],
        [{ ...voided, by: 'ada', reason: 'x', outcome: 'gone' }, 'resolve_payment.outcome must be one of'],
      ] as const) {
        await expect(update(request)).rejects.toMatchObject({
          cause: { message: expect.stringContaining(fault) as string },
        });
      }
      expect(await update({ ...voided, by: 'ada@example.com', reason: 'outage' })).toMatchObject({
        paymentStatus: 'voided',
      });
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({
        cancellation_reason: 'out_of_stock',
        payment_status: 'voided',
      });
      expect(await auditOf(id, 'payment.stated')).toMatchObject([{ actorId: 'ada@example.com' }]);
      await stack.simulator.clearFaults(reference);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
    },
  );

  it('all ledgers balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
