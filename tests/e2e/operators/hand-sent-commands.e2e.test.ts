import { orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import type { OrderCommandType } from '@oms/domain';
import { payableOrder, remainingImbalances } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { expect, describe, it } from 'vitest';

const uuid = '00000000-0000-4000-8000-000000000001';
const statement = { by: 'ada', reason: 'outage', outcome: 'voided', evidence: 'the dashboard' };

/** A malformed request of each change that has fields, with the code and the message of its refusal. */
const malformed: readonly (readonly [OrderCommandType, unknown, string, string])[] = [
  ['edit', { discountMinor: '5' }, 'AMOUNT_NOT_AVAILABLE', 'edit.discountMinor must be a whole'],
  ['cancel', { reason: 5 }, 'MALFORMED', 'cancel.reason must be a string'],
  ['cancel_units', {}, 'MALFORMED', 'cancel_units.lines is required'],
  [
    'ship',
    { lines: [{ lineId: 'a', quantity: 1.5 }] },
    'QUANTITY_NOT_AVAILABLE',
    'ship.lines[0].quantity must be a positive integer',
  ],
  ['deliver', { shipmentId: 'a\0b' }, 'MALFORMED', 'deliver.shipmentId must not contain control characters'],
  ['request_return', undefined, 'MALFORMED', 'request_return.lines is required'],
  [
    'decide_return',
    { returnId: 'r', isApproved: 'yes' },
    'MALFORMED',
    'decide_return.isApproved must be true',
  ],
  ['receive_return', { returnId: null }, 'MALFORMED', 'receive_return.returnId must be a string'],
  ['refund', { amountMinor: 0.5 }, 'AMOUNT_NOT_AVAILABLE', 'refund.amountMinor must be a whole number'],
  ['refund', {}, 'MALFORMED', 'a refund names an amount, items, a return, or "all": true'],
  ['issue_invoice', { invoiceId: 'INV-1' }, 'MALFORMED', 'issue_invoice.invoiceId must be a UUID'],
  ['void_invoice', {}, 'MALFORMED', 'void_invoice.invoiceId is required'],
  [
    'record_payment',
    { invoiceId: uuid, amountMinor: 1, currency: 'USD', method: '' },
    'MALFORMED',
    'record_payment.method must not be empty',
  ],
  ['retry', {}, 'MALFORMED', 'retry.by is required; retry.reason is required'],
  ['give_up', { by: ' ', reason: 'x' }, 'MALFORMED', 'give_up.by must not be empty'],
  [
    'resolve_payment',
    { ...statement, outcome: 'gone' },
    'MALFORMED',
    'resolve_payment.outcome must be one of',
  ],
  [
    'resolve_payment',
    { ...statement, evidence: 5 },
    'MALFORMED',
    'resolve_payment.evidence must be a string',
  ],
];

describe('malformed commands that operators send by hand', () => {
  const stack = useSharedStack();

  it('are refused at once with the field at fault, and change nothing', async () => {
    const { reference, body } = await payableOrder(stack);
    const id = (await stack.api.placeOrder(body)).body.order_id;
    await stack.orderReaching(id, ['confirmed']);
    const order = async () => ({
      order: (await stack.api.getOrder(id)).body,
      events: (await stack.api.getEvents(id)).body,
      provider: await stack.simulator.operationsOn(reference),
    });
    const before = await order();
    const handle = stack.temporal.workflow.getHandle(orderWorkflowId(id));

    for (const [type, request, code, message] of malformed) {
      const { name } = orderChangeUpdates[type];
      const sent = handle.executeUpdate<unknown, [unknown]>(name, { args: [request] });
      await expect(sent, type).rejects.toMatchObject({
        cause: {
          type: 'ChangeRefused',
          message: expect.stringContaining(message) as string,
          details: [expect.objectContaining({ kind: 'refused', code }), expect.any(String)],
        },
      });
    }

    expect(await order()).toEqual(before);
    await handle.executeUpdate(orderChangeUpdates.ship.name, { args: [{ startsProcessing: true }] });
    expect((await stack.api.getOrder(id)).body).toMatchObject({ status: 'shipped' });
  });

  it('all ledgers balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
