import { eventually } from '@oms/stack';
import { orderBody, orderItem, orderRequests, placeAsClientsDo } from '@oms/testing';
import { patient, useSalesClient, useStarted, useTestStack } from '@oms/testing/vitest';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { startReceivingErp } from '../../../packages/erp/src/testing/receiving-erp.js';
import { newSigningSecret } from '../../../packages/erp/src/testing/steered-push.js';
import { draftInvoice } from '../invoices/draft-invoice.js';
import { erpStage, untilOrderEnded } from './erp-stage.js';

describe('the snapshot of an order at its ERP', () => {
  const signingSecret = newSigningSecret();
  const receiver = useStarted({
    start: () => startReceivingErp(signingSecret, new Set()),
    stop: (erp) => erp.close(),
  });
  const stack = useTestStack({ env: { ...patient, WEBHOOK_RETRY_MS: '500', PAYMENT_TIMEOUT_MS: '8000' } });
  const stage = useStarted({ start: async () => erpStage(stack, stack.api) });
  const sales = useSalesClient(stack);
  const { get, change } = orderRequests(stack);

  beforeAll(() =>
    stage.connect({ kind: 'push', url: `${receiver.baseUrl}/orders`, signing_secret: signingSecret }),
  );
  afterEach(() => stack.simulator.clearFaults());

  /** Waits until the ERP has the order's newest version, and the snapshot holds what is expected. */
  const untilThere = (id: string, expected: object) =>
    eventually(
      `the ERP's order ${id} being as expected`,
      async () => {
        const { version } = await stage.erpOf(id);
        const there = receiver.orders.get(id)?.order;
        expect(there).toMatchObject({ version, ...expected });
        return there;
      },
      { timeoutMs: 60_000 },
    );

  /** A confirmed order of some units at 10.00. */
  async function confirmed(
    quantity: number,
    totalMinor: number,
    more: { tax_rate?: string; body?: object } = {},
  ) {
    const { body = {}, ...tax } = more;
    const payment_reference = await stack.simulator.authorization(totalMinor);
    const items = [orderItem({ ...(await stack.stock(quantity)), quantity, unit_price: 10, ...tax })];
    const placed = await placeAsClientsDo(stack.api, orderBody({ payment_reference, items, ...body }));
    const id = placed.body.order_id;
    const order = await stack.orderReaching(id, ['confirmed']);
    const itemId = String(order.items[0]?.['id']);
    return {
      id,
      reference: payment_reference,
      some: (units: number) => ({ items: [{ item_id: itemId, quantity: units }] }),
      itemId,
    };
  }

  it('tells of a cancelled unit, a damaged return, their refunds, and the invoice of the rest', async () => {
    // 50.00 − 5.00 + 19 % of 45.00 + 5.00 = 58.55. A unit is worth a fifth of 53.55: 10.71.
    const { id, itemId, some } = await confirmed(5, 5_855, {
      tax_rate: '19',
      body: { discount_amount: 5, shipping_amount: 5 },
    });
    await untilThere(id, {
      ...{ payment_status: 'captured', captured_amount: '58.55', refunded_amount: '0.00' },
      ...{ cancellations: [], returns: [], refunds: [] },
      invoice: { status: 'paid', total_amount: '58.55', paid_amount: '58.55', credit_notes: [] },
    });

    const cancelled = await change(id, '/cancellations', { ...some(1), reason: 'one is scratched' });
    await untilThere(id, {
      ...{ payment_status: 'partially_refunded', refunded_amount: '10.71' },
      lines: [{ quantity: 5, cancelled_quantity: 1, shipped_quantity: 0, returned_quantity: 0 }],
    });
    const { id: shipmentId } = await change(id, '/fulfillments', { carrier: 'UPS', tracking_number: '1Z9' });
    await change(id, `/fulfillments/${String(shipmentId)}/deliver`);
    const { id: returnId } = await change(id, '/returns', { ...some(1), reason: 'does not fit' });
    await untilThere(id, { returns: [{ id: returnId, status: 'requested', lines: [{ quantity: 1 }] }] });
    await change(id, `/returns/${String(returnId)}/approve`);
    await untilThere(id, { returns: [{ id: returnId, status: 'approved' }] });
    await change(id, `/returns/${String(returnId)}/receive`, {
      items: [{ item_id: itemId, quantity: 1, condition: 'damaged' }],
    });
    await untilThere(id, { returns: [{ status: 'received' }], lines: [{ returned_quantity: 1 }] });
    const refund = await change(id, '/refunds', { return_id: returnId, reason: 'came back' });

    const time = expect.stringMatching(/^2\d{3}-.*Z$/) as string;
    const there = await untilThere(id, {
      ...{ status: 'delivered', payment_status: 'partially_refunded' },
      ...{ total_amount: '58.55', captured_amount: '58.55', refunded_amount: '21.42' },
      returns: [{ status: 'refunded' }],
    });
    expect(there?.lines).toEqual([
      {
        ...{ id: itemId, sku: 'WOOL-SWTR-M-BLU', title: 'Classic Wool Sweater, Blue / Medium' },
        ...{ quantity: 5, cancelled_quantity: 1, shipped_quantity: 4, returned_quantity: 1 },
        ...{ unit_price: '10.00', discount_amount: '5.00', tax_rate: '19', tax_amount: '8.55' },
        ...{ total_amount: '45.00', requires_shipping: true },
      },
    ]);
    expect(there?.['cancellations']).toEqual([
      {
        ...{ id: cancelled['id'], amount: '10.71', reason: 'one is scratched', cancelled_at: time },
        ...{ refund_id: cancelled['refund_id'] },
        lines: [{ line_id: itemId, quantity: 1, amount: '10.71' }],
      },
    ]);
    expect(there?.['returns']).toEqual([
      {
        ...{
          id: returnId,
          status: 'refunded',
          reason: 'does not fit',
          requested_at: time,
          received_at: time,
        },
        lines: [{ line_id: itemId, quantity: 1, restocked: 0, damaged: 1, missing: 0 }],
      },
    ]);
    const settled = {
      ...{ status: 'succeeded', amount: '10.71', requested_at: time, settled_at: time },
      lines: [{ line_id: itemId, quantity: 1, amount: '10.71' }],
    };
    expect(there?.['refunds']).toEqual([
      { ...settled, id: cancelled['refund_id'], reason: 'one is scratched' },
      { ...settled, id: refund['id'], return_id: returnId, reason: 'came back' },
    ]);
    const { invoices } = (await get(id, '/invoices')) as { invoices: Record<string, unknown>[] };
    const [{ id: invoiceId, number, credit_notes } = {}] = invoices;
    const [first, second] = credit_notes as Record<string, unknown>[];
    expect(there?.['invoice']).toEqual({
      ...{ id: invoiceId, number, status: 'paid', issued_at: time, paid_at: time },
      ...{ total_amount: '58.55', paid_amount: '58.55', due_amount: '0.00', credited_amount: '21.42' },
      credit_notes: [first, second].map((note, index) => ({
        ...{ id: note?.['id'], credit_note_number: note?.['credit_note_number'], reason: 'refund' },
        ...{ amount: '10.71', created_at: time },
        refund_id: index === 0 ? cancelled['refund_id'] : refund['id'],
      })),
    });
  });

  it('tells of money that was taken for a dispute, and given back', async () => {
    const { id, reference } = await confirmed(2, 2_000);
    const { id: dispute } = (await stack.simulator.call('POST', `/payment-intents/${reference}/dispute`, {
      amount: 1_500,
    })) as { readonly id: string };
    await untilThere(id, { captured_amount: '20.00', refunded_amount: '0.00', disputed_amount: '15.00' });
    await stack.simulator.call('POST', `/disputes/${dispute}/close`, { outcome: 'won' });
    await untilThere(id, { captured_amount: '20.00', disputed_amount: '0.00' });
  });

  it('tells of a refund in the dashboard, and of its failure days later', async () => {
    const { id, reference } = await confirmed(2, 2_000);
    await stack.simulator.refundByHand(reference, 500);
    const [made] = await stack.simulator.stripeRefunds(reference);
    await untilThere(id, {
      ...{ payment_status: 'partially_refunded', captured_amount: '20.00', refunded_amount: '5.00' },
      refunds: [{ status: 'succeeded', amount: '5.00', lines: [], provider_refund_id: made?.id }],
      invoice: { credited_amount: '5.00', credit_notes: [{ reason: 'refund', amount: '5.00' }] },
    });
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await untilThere(id, {
      ...{ payment_status: 'captured', captured_amount: '20.00', refunded_amount: '0.00' },
      refunds: [{ status: 'failed', amount: '5.00', provider_refund_id: made?.id }],
      invoice: {
        credited_amount: '0.00',
        credit_notes: [
          { reason: 'refund', amount: '5.00' },
          { reason: 'refund_failed', amount: '-5.00' },
        ],
      },
    });
  });

  it('tells of a refund that the provider declines, and of a return that is cancelled', async () => {
    const { id, reference, some } = await confirmed(2, 2_000);
    const { id: shipmentId } = await change(id, '/fulfillments', { carrier: 'UPS', tracking_number: '1Z9' });
    await change(id, `/fulfillments/${String(shipmentId)}/deliver`);
    await stack.simulator.fault({
      ...{ operation: 'refunds.create', kind: 'decline', declineCode: 'charge_already_refunded' },
      paymentIntent: reference,
    });
    await change(id, '/refunds', { amount: '5.00' });
    await untilThere(id, {
      ...{ payment_status: 'captured', refunded_amount: '0.00' },
      refunds: [{ status: 'failed', amount: '5.00' }],
      invoice: { credit_notes: [] },
    });
    const { id: returnId } = await change(id, '/returns', some(2));
    await change(id, `/returns/${String(returnId)}/approve`);
    await change(id, `/returns/${String(returnId)}/cancel`, {});
    await untilThere(id, { returns: [{ id: returnId, status: 'cancelled', lines: [{ quantity: 2 }] }] });
  });

  it('tells that the outcome of a payment is unknown, while it is', async () => {
    const reference = await stack.simulator.authorization(2_000);
    const [capture, question] = ['payment_intents.capture', 'payment_intents.retrieve'];
    const paymentIntent = reference;
    await stack.simulator.fault({ operation: 'webhooks', kind: 'delay', delayMs: 3_600_000, paymentIntent });
    await stack.simulator.fault({ operation: capture, kind: 'hang_after', times: 1, paymentIntent });
    const items = [orderItem({ quantity: 2, unit_price: 10 })];
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, items }));
    await eventually('the capture', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    for (const operation of [capture, question]) {
      await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent });
    }
    await untilThere(body.order_id, {
      ...{ status: 'pending', payment_status: 'unknown', captured_amount: '0.00' },
    });
    await stack.simulator.clearFaults();
    await stack.orderReaching(body.order_id, ['confirmed'], 60_000);
    await untilThere(body.order_id, { payment_status: 'captured', captured_amount: '20.00' });
  });

  it('tells that a cancelled order gave all its money back, and credits its invoice', async () => {
    const { id } = await confirmed(2, 2_000);
    await change(id, '/cancel', { reason: 'not wanted' });
    const there = await untilThere(id, {
      ...{ status: 'cancelled', payment_status: 'refunded', cancellation_detail: 'not wanted' },
      ...{ captured_amount: '20.00', refunded_amount: '20.00' },
      lines: [{ quantity: 2, cancelled_quantity: 0, shipped_quantity: 0, returned_quantity: 0 }],
      ...{ cancellations: [], returns: [], refunds: [] },
      invoice: {
        ...{ status: 'void', total_amount: '20.00', paid_amount: '20.00', due_amount: '0.00' },
        ...{ credited_amount: '20.00', credit_notes: [{ reason: 'order_cancelled', amount: '20.00' }] },
      },
    });
    expect(there?.['invoice']).not.toHaveProperty('credit_notes.0.refund_id');
  });

  it('tells each change of an invoice, also after the order has ended', async () => {
    const orderOf = async (made: { orderId: string }) => {
      const number = (await sales.get(`/orders/${made.orderId}`)).body['order_number'];
      return eventually(`order ${String(number)} at the ERP`, () =>
        Promise.resolve(
          [...receiver.orders.keys()].find((id) => receiver.orders.get(id)?.order['number'] === number),
        ),
      );
    };
    const invoice = await draftInvoice(sales);
    const id = await orderOf(invoice);
    const money = { payment_status: 'pending', captured_amount: '0.00', refunded_amount: '0.00' };
    await untilThere(id, {
      ...money,
      invoice: { status: 'draft', total_amount: '100.00', due_amount: '100.00' },
    });
    await invoice.issue();
    await untilThere(id, { invoice: { status: 'issued', paid_amount: '0.00', due_amount: '100.00' } });
    for (const body of [
      { status: 'processing' },
      { status: 'shipped', tracking_number: '1Z9', carrier: 'UPS' },
      { status: 'delivered' },
      { status: 'closed' },
    ]) {
      expect(await sales.status(invoice.orderId, body)).toMatchObject({ status: 200 });
    }
    await untilOrderEnded(stack.temporal, id);
    const pay = (amount: string) =>
      sales.post('/payments', {
        ...{ invoice_id: invoice.id, amount, currency: 'USD', payment_method: 'bank_transfer' },
      });
    expect(await pay('30.00')).toMatchObject({ status: 201 });
    await untilThere(id, {
      ...{ status: 'closed', ...money },
      invoice: { status: 'issued', paid_amount: '30.00', due_amount: '70.00' },
    });
    expect(await pay('70.00')).toMatchObject({ status: 201 });
    await untilThere(id, { invoice: { status: 'paid', paid_amount: '100.00', due_amount: '0.00' } });
    expect((await stack.api.getEvents(id)).body.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['invoice.issued', 'invoice.payment_recorded']),
    );

    const voided = await draftInvoice(sales);
    const other = await orderOf(voided);
    await voided.issue();
    expect(await sales.post(`/invoices/${voided.id}/void`, {})).toMatchObject({ status: 200 });
    await untilThere(other, {
      invoice: {
        ...{ status: 'void', due_amount: '0.00', credited_amount: '100.00' },
        credit_notes: [{ reason: 'invoice_voided', amount: '100.00' }],
      },
    });
  });
});
