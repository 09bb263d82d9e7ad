import { describe, expect, it } from 'vitest';

import type { OrderCommand, OrderCommandType } from './order-command.js';
import { decide } from './order-decision.js';
import type { OrderFacts } from './order-facts.js';
import { OrderFlag } from './order-flag.js';
import { orderStatuses, orderTransitions, type OrderStatus } from './order-status.js';
import type { InvoiceFacts } from '../invoices/invoice.js';
import { isRefundedUnshipped } from './unit-cancellation.js';
import { PaymentStatus } from '../payments/payment-status.js';
import type { UnitCondition } from '../returns/unit-condition.js';

const line = {
  ...{ id: 'a', quantity: 4, unitPriceMinor: 500, requiresShipping: true },
  ...{ cancelled: 0, shipped: 3, delivered: 2, returnedToSender: 0 },
  ...{ returning: 1, returned: 0, refundedMinor: 550 },
};
const service = {
  ...{ id: 'b', quantity: 1, unitPriceMinor: 1_000, requiresShipping: false },
  ...{ cancelled: 0, shipped: 0, delivered: 0, returnedToSender: 0 },
  ...{ returning: 0, returned: 0, refundedMinor: 0 },
};

/** An order in any status, with something left to ship, deliver, return and refund. */
const factsOf = (status: OrderStatus, changes: Partial<OrderFacts> = {}): OrderFacts => ({
  status,
  paymentStatus: PaymentStatus.PartiallyRefunded,
  ...{ version: 9, currency: { code: 'USD', exponent: 2 }, flags: [] },
  totals: { subtotalMinor: 3_000, discountMinor: 0, taxMinor: 300, shippingMinor: 100, totalMinor: 3_400 },
  capturedMinor: 3_400,
  notChargedMinor: 0,
  refundedMinor: 550,
  disputedMinor: 0,
  moneyStepMinor: 1,
  details: { tags: [], metadata: {} },
  lines: [line, service],
  shipments: [
    { id: 'arrived', status: 'delivered', lines: [{ lineId: 'a', quantity: 2 }] },
    { id: 'under way', status: 'shipped', lines: [{ lineId: 'a', quantity: 1 }] },
  ],
  returns: [
    { id: 'requested', status: 'requested', lines: [{ lineId: 'a', quantity: 1 }] },
    { id: 'approved', status: 'approved', lines: [{ lineId: 'a', quantity: 1 }] },
    { id: 'received', status: 'received', lines: [{ lineId: 'a', quantity: 1 }] },
    { id: 'refunded', status: 'refunded', lines: [{ lineId: 'a', quantity: 1 }] },
  ],
  ...changes,
});

const units = (quantity: number, lineId = 'a') => [{ lineId, quantity }];

const open: readonly OrderStatus[] = ['draft', 'pending', 'confirmed', 'processing', 'shipped', 'delivered'];

const invoiceId = '0f6f6c4e-8e0f-4c1d-9a55-6b1d0a7e3c11';
const invoice: InvoiceFacts = {
  ...{
    id: invoiceId,
    status: 'draft',
    currency: 'USD',
    totalMinor: 100,
    paidMinor: 0,
    cancelledMinor: 0,
    payments: [],
  },
};
const who = { by: 'ada', reason: 'outage' };
/** One command of each type that only the order's status can forbid, with the statuses that allow the command. */
const allowedIn: Readonly<
  Record<
    OrderCommandType,
    {
      readonly command: OrderCommand;
      readonly statuses: readonly OrderStatus[];
      readonly facts?: Partial<OrderFacts>;
    }
  >
> = {
  // Items and amounts. Each other field has its own time.
  edit: { command: { type: 'edit', taxMinor: 5 }, statuses: ['draft'] },
  confirm: { command: { type: 'confirm' }, statuses: ['draft'] },
  cancel: { command: { type: 'cancel' }, statuses: ['draft', 'pending', 'confirmed'] },
  cancel_units: {
    command: { type: 'cancel_units', lines: units(1) },
    statuses: ['confirmed', 'processing'],
  },
  start_processing: { command: { type: 'start_processing' }, statuses: ['confirmed'] },
  ship: { command: { type: 'ship' }, statuses: ['processing'] },
  deliver: { command: { type: 'deliver' }, statuses: ['shipped'] },
  correct_shipment: {
    command: { type: 'correct_shipment', shipmentId: 'arrived', carrier: null },
    statuses: open,
  },
  cancel_shipment: { command: { type: 'cancel_shipment', shipmentId: 'under way' }, statuses: open },
  return_to_sender: { command: { type: 'return_to_sender', shipmentId: 'under way' }, statuses: open },
  close: { command: { type: 'close' }, statuses: ['delivered'], facts: { returns: [] } },
  request_return: {
    command: { type: 'request_return', lines: units(1) },
    statuses: ['processing', 'shipped', 'delivered'],
  },
  // Returns continue in every status of an order that has not ended.
  decide_return: {
    command: { type: 'decide_return', returnId: 'requested', isApproved: true },
    statuses: open,
  },
  receive_return: { command: { type: 'receive_return', returnId: 'approved' }, statuses: open },
  cancel_return: { command: { type: 'cancel_return', returnId: 'approved' }, statuses: open },
  // The money that is left decides. While an order is pending, nobody knows whether its units can be cancelled.
  refund: {
    command: { type: 'refund', all: true },
    statuses: orderStatuses.filter((status) => status !== 'pending'),
  },
  // The invoice's own status decides.
  issue_invoice: {
    command: { type: 'issue_invoice', invoiceId },
    statuses: orderStatuses,
    facts: { invoice },
  },
  void_invoice: {
    command: { type: 'void_invoice', invoiceId },
    statuses: orderStatuses,
    // Of goods that are out, see below.
    facts: { invoice, lines: [service] },
  },
  record_payment: {
    command: { type: 'record_payment', invoiceId, amountMinor: 100, currency: 'USD', method: 'cash' },
    statuses: orderStatuses,
    facts: { invoice },
  },
  retry: { command: { type: 'retry', ...who }, statuses: open },
  give_up: { command: { type: 'give_up', ...who }, statuses: ['pending'] },
  // The flag decides.
  allow_shipment: {
    command: { type: 'allow_shipment', ...who },
    statuses: orderStatuses,
    facts: { flags: [OrderFlag.RefundedUnshipped] },
  },
  resolve_payment: {
    command: { type: 'resolve_payment', ...who, outcome: 'not_captured', evidence: 'x' },
    statuses: orderStatuses,
    facts: { paymentStatus: PaymentStatus.Unknown },
  },
};

const everyPair = Object.entries(allowedIn).flatMap(([type, { command, statuses, facts }]) =>
  orderStatuses.map((status) => ({ type, status, command, facts, isAllowed: statuses.includes(status) })),
);

/** The statuses that a request can name, where the table has others. */
const onRequest: Readonly<Partial<Record<OrderStatus, readonly OrderStatus[]>>> = {
  processing: ['shipped'],
  shipped: ['delivered'],
};

describe('the decision about a command', () => {
  it.each(everyPair.filter(({ isAllowed }) => isAllowed))(
    'accepts $type in $status',
    ({ status, command, facts }) => {
      expect(decide(factsOf(status, facts), command).kind).toBe('accepted');
    },
  );

  it.each(everyPair.filter(({ isAllowed }) => !isAllowed))(
    'refuses $type in $status and lists the allowed statuses',
    ({ status, command, facts }) => {
      const decision = decide(factsOf(status, facts), command);
      expect(decision).toMatchObject({
        kind: 'refused',
        code: 'TRANSITION_NOT_ALLOWED',
        details: { allowed: onRequest[status] ?? orderTransitions[status] },
      });
    },
  );
});

describe('a change of an invoice', () => {
  it.each(['issue_invoice', 'void_invoice'] as const)(
    '%s → refused where the order has another one',
    (type) => {
      const other = { ...invoice, id: '1f6f6c4e-8e0f-4c1d-9a55-6b1d0a7e3c11' };
      for (const facts of [factsOf('closed', { invoice: other }), factsOf('pending')]) {
        expect(decide(facts, { type, invoiceId })).toMatchObject({ kind: 'refused', code: 'PART_NOT_FOUND' });
      }
    },
  );
});

describe('a void of an invoice', () => {
  const counts = { quantity: 3, cancelled: 0, delivered: 0, returnedToSender: 0, returned: 0 };
  it.each([
    ['a unit is under way', { shipped: 1 }, false],
    ['units were delivered', { shipped: 3, delivered: 3 }, false],
    ['a unit of three is still with the customer', { shipped: 3, delivered: 3, returned: 2 }, false],
    ['all units were returned', { shipped: 3, delivered: 3, returned: 3 }, true],
    [
      'all units came back undelivered, or were returned',
      { shipped: 3, delivered: 1, returnedToSender: 2, returned: 1 },
      true,
    ],
    ['nothing has shipped', { shipped: 0 }, true],
  ])('%s → accepted: %s', (_, progress, isAccepted) => {
    const facts = factsOf('delivered', { invoice, lines: [{ ...line, ...counts, ...progress }, service] });
    expect(decide(facts, { type: 'void_invoice', invoiceId })).toMatchObject(
      isAccepted ? { kind: 'accepted' } : { kind: 'refused', code: 'GOODS_NOT_RETURNED' },
    );
  });
});

describe('closing an order', () => {
  it.each(['requested', 'approved'] as const)('is refused while a return is %s', (status) => {
    const returns = [{ id: 'r', status, lines: units(1) }];
    expect(decide(factsOf('delivered', { returns }), { type: 'close' })).toMatchObject({
      kind: 'refused',
      code: 'RETURN_NOT_READY',
    });
  });

  it.each(['declined', 'cancelled', 'expired', 'received', 'refunded'] as const)(
    'is accepted with a return that is %s',
    (status) => {
      const returns = [{ id: 'r', status, lines: units(1) }];
      expect(decide(factsOf('delivered', { returns }), { type: 'close' }).kind).toBe('accepted');
    },
  );
});

describe('a return that has expired', () => {
  const facts = factsOf('delivered', { returns: [{ id: 'late', status: 'expired', lines: units(1) }] });

  it.each([
    { command: { type: 'receive_return', returnId: 'late' }, needs: 'approved' },
    { command: { type: 'cancel_return', returnId: 'late' }, needs: 'requested or approved' },
    { command: { type: 'decide_return', returnId: 'late', isApproved: true }, needs: 'requested' },
    { command: { type: 'refund', returnId: 'late' }, needs: 'received' },
  ] as const)('$command.type → refused, with the status that it needs', ({ command, needs }) => {
    expect(decide<OrderCommandType>(facts, command)).toMatchObject({
      ...{ kind: 'refused', code: 'RETURN_NOT_READY' },
      message: `the return is expired; this needs one that is ${needs}`,
    });
  });
});

describe('a disputed payment', () => {
  // 34.00 captured and 5.50 refunded, as in `factsOf`: 28.50 are left.
  const inquiry = factsOf('processing', { flags: [OrderFlag.Disputed] });
  const all = { type: 'refund', all: true } as const;

  it('a refund needs force, with a reason', () => {
    expect(decide(inquiry, all)).toMatchObject({ kind: 'refused', code: 'PAYMENT_DISPUTED' });
    expect(decide(inquiry, { ...all, force: false, reason: 'kind' })).toMatchObject({
      code: 'PAYMENT_DISPUTED',
    });
    for (const reason of ['', '  ']) {
      expect(decide(inquiry, { ...all, force: true, reason })).toMatchObject({ code: 'MALFORMED' });
    }
    expect(decide(inquiry, { ...all, force: true })).toMatchObject({ code: 'MALFORMED' });
    expect(decide(inquiry, { ...all, force: true, reason: 'we give in' })).toMatchObject({
      ...{ kind: 'accepted', effect: { amountMinor: 2_850 } },
    });
  });

  it('keeps the order and its units from a cancellation that gives money back', () => {
    const cancelled = { type: 'cancel_units', lines: units(1) } as const;
    expect(decide(inquiry, cancelled)).toMatchObject({ code: 'PAYMENT_DISPUTED' });
    const confirmed = factsOf('confirmed', { flags: [OrderFlag.Disputed] });
    expect(decide(confirmed, { type: 'cancel' })).toMatchObject({ code: 'PAYMENT_DISPUTED' });
  });

  it('money that the provider took → cancelled units are credited, and nothing is refunded twice', () => {
    const taken = factsOf('processing', { flags: [OrderFlag.Disputed], disputedMinor: 2_850 });
    // A unit of 5.00 of 30.00 with its share of 3.00 tax is worth 5.50. 5.50 of the line were given back, which is one unit.
    expect(decide(taken, { type: 'cancel_units', lines: units(1) })).toMatchObject({
      ...{ kind: 'accepted', effect: { isRefunded: false, cancelled: { amountMinor: 550 } } },
    });
    expect(decide({ ...taken, status: 'confirmed' }, { type: 'cancel' }).kind).toBe('accepted');
    const forced = { ...all, force: true, reason: 'we give in' };
    expect(decide(taken, forced)).toMatchObject({
      code: 'AMOUNT_NOT_AVAILABLE',
      message: 'there is nothing left to refund; 28.50 USD was taken for a dispute of the customer',
    });
    const part = factsOf('processing', { flags: [OrderFlag.DisputeLost], disputedMinor: 2_000 });
    expect(decide(part, { type: 'refund', amountMinor: 851 })).toMatchObject({
      message:
        'the refund is larger than what is left of the captured money (8.50 USD); 20.00 USD was taken for a dispute of the customer',
    });
    expect(decide(part, { type: 'refund', amountMinor: 850 }).kind).toBe('accepted');
  });

  it('more money taken than is left → nothing can be refunded', () => {
    const lost = factsOf('delivered', { flags: [OrderFlag.DisputeLost], disputedMinor: 3_400 });
    expect(decide(lost, all)).toMatchObject({ kind: 'refused', code: 'AMOUNT_NOT_AVAILABLE' });
  });
});

describe('a refund of an order that ended longer ago than the settings allow', () => {
  const all = { type: 'refund', all: true } as const;
  const over = (flags: OrderFacts['flags']) => factsOf('closed', { isRefundWindowOver: true, flags });

  it('is refused', () => {
    expect(decide(over([]), all)).toMatchObject({ kind: 'refused', code: 'REFUND_WINDOW_OVER' });
    expect(decide(over(['disputed']), all)).toMatchObject({ code: 'REFUND_WINDOW_OVER' });
  });

  it.each(['refund_failed', 'overpaid', 'paid_twice', 'unused_payment_kept'] as const)(
    'is accepted for money that has to be given back: %s',
    (flag) => {
      expect(decide(over([flag]), all)).toMatchObject({ kind: 'accepted', effect: { amountMinor: 2_850 } });
    },
  );
});

describe('shipping an order', () => {
  it('adds up units of the same line and is not the last shipment while units are left', () => {
    const facts = factsOf('processing', { lines: [{ ...line, shipped: 0 }, service] });
    expect(decide(facts, { type: 'ship', lines: [...units(1), ...units(2)] })).toEqual({
      kind: 'accepted',
      effect: { lines: units(3), startsProcessing: false, isLast: false, captureMinor: 0 },
    });
  });

  it('includes lines that need no shipping in the last shipment', () => {
    expect(decide(factsOf('processing'), { type: 'ship', lines: units(1) })).toEqual({
      kind: 'accepted',
      effect: {
        lines: [...units(1), ...units(1, 'b')],
        startsProcessing: false,
        isLast: true,
        captureMinor: 0,
      },
    });
  });

  it('opens the units of a cancelled shipment again, and makes a shipped order processing', () => {
    const cancel = { type: 'cancel_shipment', shipmentId: 'under way' } as const;
    expect(decide(factsOf('shipped'), cancel)).toEqual({
      kind: 'accepted',
      effect: { shipmentId: 'under way', lines: units(1), reopens: true, isRefunded: false },
    });
    expect(decide(factsOf('processing'), cancel)).toMatchObject({ effect: { reopens: false } });
    // All money is given back: its open units wait for somebody who says what they are for.
    const refunded = factsOf('shipped', { refundedMinor: 3_400 });
    expect(decide(refunded, cancel)).toMatchObject({ effect: { isRefunded: true } });
    expect(decide(factsOf('shipped'), { ...cancel, shipmentId: 'arrived' })).toMatchObject({
      ...{ code: 'TRANSITION_NOT_ALLOWED', message: 'shipment arrived has been delivered already' },
    });
    const [, underWay] = factsOf('shipped').shipments;
    if (!underWay) throw new Error('nothing is under way');
    const again = factsOf('processing', { shipments: [{ ...underWay, status: 'cancelled' }] });
    for (const type of ['cancel_shipment', 'deliver', 'correct_shipment'] as const) {
      expect(decide(again, { type, shipmentId: 'under way' })).toMatchObject({
        ...{ code: 'TRANSITION_NOT_ALLOWED', message: 'shipment under way has been cancelled already' },
      });
    }
    expect(decide(again, { type: 'correct_shipment', carrier: 'UPS' })).toMatchObject({
      code: 'PART_NOT_FOUND',
    });
  });

  it('corrects the newest shipment where none is named, and removes no tracking that is needed', () => {
    const facts = factsOf('delivered');
    const correct = { type: 'correct_shipment' } as const;
    expect(decide(facts, { ...correct, trackingNumber: '1Z' })).toMatchObject({
      effect: { shipmentId: 'under way' },
    });
    expect(decide(facts, { ...correct, shipmentId: 'arrived', carrier: null }).kind).toBe('accepted');
    const onSales = { ...correct, needsTracking: true, trackingNumber: '1Z' } as const;
    expect(decide(facts, { ...onSales, carrier: null })).toMatchObject({
      ...{ code: 'INVALID_REQUEST', field: 'carrier' },
      message: 'carrier is required: the shipment has units that have to be shipped',
    });
    expect(decide(facts, onSales).kind).toBe('accepted');
    const digital = [{ id: 'digital', status: 'delivered' as const, lines: units(1, 'b') }];
    expect(decide({ ...facts, shipments: digital }, { ...onSales, carrier: null }).kind).toBe('accepted');
    expect(decide({ ...facts, shipments: [] }, correct)).toMatchObject({ code: 'PART_NOT_FOUND' });
    expect(decide(facts, { ...correct, shipmentId: 'lost' })).toMatchObject({ code: 'PART_NOT_FOUND' });
  });

  it('needs a tracking number and a carrier only while units are left that require shipping', () => {
    const ship = { type: 'ship', needsTracking: true } as const;
    const fieldsAtFault = (facts: OrderFacts, command: OrderCommand) => {
      const decision = decide(facts, command);
      if (decision.kind === 'accepted') return [];
      return [decision.code, ...(decision.details?.faults ?? []).map(({ field }) => field)];
    };
    const mixed = factsOf('processing');
    expect(fieldsAtFault(mixed, ship)).toEqual(['INVALID_REQUEST', 'tracking_number', 'carrier']);
    expect(fieldsAtFault(mixed, { ...ship, trackingNumber: '1Z' })).toEqual(['INVALID_REQUEST', 'carrier']);
    expect(fieldsAtFault(mixed, { ...ship, trackingNumber: '1Z', carrier: 'UPS' })).toEqual([]);
    // A missing field is named in every status.
    expect(fieldsAtFault(factsOf('draft'), ship)[0]).toBe('INVALID_REQUEST');
    const digital = factsOf('processing', { lines: [{ ...line, shipped: 1, cancelled: 3 }, service] });
    expect(decide(digital, ship)).toMatchObject({ effect: { lines: units(1, 'b'), isLast: true } });
    expect(fieldsAtFault(mixed, { type: 'ship' })).toEqual([]);
  });

  it('starts processing a confirmed order only with startsProcessing', () => {
    const ship = { type: 'ship', startsProcessing: true } as const;
    expect(decide(factsOf('confirmed'), ship)).toMatchObject({ effect: { startsProcessing: true } });
    expect(decide(factsOf('processing'), ship)).toMatchObject({ effect: { startsProcessing: false } });
    expect(decide(factsOf('pending'), ship)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    expect(decide(factsOf('confirmed'), { ...ship, startsProcessing: false })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });

  it.each([
    { what: 'more units than are left', lines: units(2), code: 'QUANTITY_NOT_AVAILABLE' },
    {
      what: 'more units than are left, split over two entries',
      lines: [...units(1), ...units(1)],
      code: 'QUANTITY_NOT_AVAILABLE',
    },
    { what: 'a line of another order', lines: units(1, 'c'), code: 'PART_NOT_FOUND' },
    { what: 'an empty list of lines', lines: [], code: 'QUANTITY_NOT_AVAILABLE' },
  ])('refuses $what', ({ lines, code }) => {
    expect(decide(factsOf('processing'), { type: 'ship', lines })).toMatchObject({ kind: 'refused', code });
  });

  it('is refused while the capture is reversed', () => {
    const facts = factsOf('processing', { flags: [OrderFlag.Disputed, OrderFlag.CaptureFailed] });
    expect(decide(facts, { type: 'ship' })).toMatchObject({ kind: 'refused', code: 'PAYMENT_FAILED' });
    expect(decide(factsOf('processing', { flags: [OrderFlag.Disputed] }), { type: 'ship' }).kind).toBe(
      'accepted',
    );
  });
});

describe('a shipment that comes back undelivered', () => {
  const command = { type: 'return_to_sender', shipmentId: 'parcel' } as const;
  const inCondition = (condition: UnitCondition, quantity: number, lineId = 'a') => ({
    ...{ lineId, quantity, condition },
  });
  /** An order of four units, of which one arrived, and three are under way. */
  const shipped = (changes: Partial<OrderFacts> = {}) =>
    factsOf('shipped', {
      lines: [{ ...line, shipped: 4, delivered: 1, returning: 0 }],
      shipments: [
        { id: 'arrived', status: 'delivered', lines: units(1) },
        { id: 'parcel', status: 'shipped', lines: units(3) },
      ],
      returns: [],
      ...changes,
    });
  const nothingArrived = {
    lines: [{ ...line, quantity: 3, shipped: 3, delivered: 0, returning: 0 }],
    shipments: [{ id: 'parcel', status: 'shipped' as const, lines: units(3) }],
  };
  const effectOf = (facts: OrderFacts, conditions?: ReturnType<typeof inCondition>[]) => {
    const decision = decide(facts, { ...command, ...(conditions ? { units: conditions } : {}) });
    return decision.kind === 'accepted' ? decision.effect : decision;
  };

  it('opens all of its units again where nobody says in which condition they are', () => {
    expect(effectOf(shipped())).toEqual({
      ...{ shipmentId: 'parcel', becomes: 'processing', isRefunded: false },
      received: [{ lineId: 'a', restock: 3, damaged: 0, missing: 0 }],
    });
  });

  it('opens the units that can be sold again alone', () => {
    const some = [inCondition('restock', 1), inCondition('damaged', 1), inCondition('missing', 1)];
    expect(effectOf(shipped(), some)).toEqual({
      ...{ shipmentId: 'parcel', becomes: 'processing', isRefunded: false },
      received: [{ lineId: 'a', restock: 1, damaged: 1, missing: 1 }],
    });
  });

  it.each([
    {
      of: 'an order with another shipment under way',
      facts: {
        shipments: [
          { id: 'parcel', status: 'shipped' as const, lines: units(3) },
          { id: 'another', status: 'shipped' as const, lines: units(1) },
        ],
      },
      becomes: undefined,
    },
    { of: 'an order of which something has arrived', facts: {}, becomes: 'delivered' },
    { of: 'an order of which nothing has arrived', facts: nothingArrived, becomes: 'closed' },
    { of: 'an order with units left to ship', facts: { status: 'processing' as const }, becomes: undefined },
  ])('without units to sell again, of $of → $becomes', ({ facts, becomes }) => {
    const effect = effectOf(shipped(facts), [inCondition('damaged', 2), inCondition('missing', 1)]);
    expect(effect).toMatchObject({ received: [{ restock: 0, damaged: 2, missing: 1 }] });
    expect('becomes' in effect ? effect.becomes : undefined).toBe(becomes);
  });

  it('waits for somebody who says what its open units are for where all money was given back', () => {
    const refunded = shipped({ refundedMinor: 3_400 });
    expect(effectOf(refunded)).toMatchObject({ isRefunded: true });
    expect(effectOf(refunded, [inCondition('damaged', 3)])).toMatchObject({ isRefunded: false });
    // Its open units have shipped before; the money does not block them anew.
    const partly = {
      ...refunded,
      status: 'processing',
      lines: [{ ...line, quantity: 5, shipped: 4 }],
    } as const;
    expect(effectOf(partly, [inCondition('damaged', 3)])).toMatchObject({ isRefunded: false });
  });

  it.each([
    {
      units: [inCondition('damaged', 2)],
      code: 'QUANTITY_NOT_AVAILABLE',
      message: 'the shipment has 3 units of line a; the conditions name 2',
    },
    {
      units: [inCondition('damaged', 4)],
      code: 'QUANTITY_NOT_AVAILABLE',
      message: 'the shipment has 3 units of line a; the conditions name 4',
    },
    {
      units: [inCondition('damaged', 1, 'b')],
      code: 'PART_NOT_FOUND',
      message: 'the shipment has no line b',
    },
  ])('is refused: $message', ({ units: named, ...refusal }) => {
    expect(effectOf(shipped(), named)).toMatchObject(refusal);
  });

  it('has ended: its delivery, its cancellation and a second return are refused', () => {
    const [arrived] = shipped().shipments;
    const again = shipped({
      shipments: [{ ...arrived, id: 'parcel', status: 'returned_to_sender', lines: units(3) }],
    });
    for (const type of ['return_to_sender', 'cancel_shipment', 'deliver'] as const) {
      expect(decide(again, { type, shipmentId: 'parcel' })).toMatchObject({
        ...{ code: 'TRANSITION_NOT_ALLOWED', message: 'shipment parcel has been returned to sender already' },
      });
    }
    // The carrier still asks about it.
    expect(decide(again, { type: 'correct_shipment', carrier: 'UPS' }).kind).toBe('accepted');
    expect(decide(shipped(), { ...command, shipmentId: 'arrived' })).toMatchObject({
      ...{ code: 'TRANSITION_NOT_ALLOWED', message: 'shipment arrived has been delivered already' },
    });
  });

  it('leaves units that are refunded, and an order that ends with the cancellation of its open units', () => {
    const lost = {
      ...line,
      quantity: 3,
      shipped: 2,
      delivered: 0,
      returnedToSender: 2,
      returning: 0,
      refundedMinor: 0,
    };
    const facts = factsOf('processing', {
      lines: [lost],
      shipments: [{ id: 'parcel', status: 'returned_to_sender', lines: units(2) }],
      returns: [],
    });
    expect(decide(facts, { type: 'cancel_units', lines: units(1) })).toMatchObject({
      effect: { cancelled: { completes: 'closed' } },
    });
    const closed = { ...facts, status: 'closed', lines: [{ ...lost, cancelled: 1 }] } as const;
    expect(decide(closed, { type: 'refund', lines: units(2) })).toMatchObject({
      effect: { lines: [{ lineId: 'a', quantity: 2 }] },
    });
  });
});

describe('an order whose money was refunded at its provider before it shipped', () => {
  const flags = [OrderFlag.RefundedUnshipped];

  it('ship → refused until an operator allows it', () => {
    for (const status of ['confirmed', 'processing'] as const) {
      expect(
        decide(factsOf(status, { flags }), { type: 'ship', startsProcessing: true, lines: units(1) }),
      ).toMatchObject({ kind: 'refused', code: 'PAYMENT_REFUNDED' });
    }
  });

  it('allow_shipment → refused without the flag', () => {
    expect(decide(factsOf('confirmed'), { type: 'allow_shipment', ...who })).toMatchObject({
      kind: 'refused',
      code: 'TRANSITION_NOT_ALLOWED',
      message: 'the shipment of this order is not blocked by a refund at the provider',
    });
  });

  it('cancel and cancel_units → accepted, and nothing is given back again', () => {
    const facts = factsOf('confirmed', { flags, refundedMinor: 3_400 });
    expect(decide(facts, { type: 'cancel' }).kind).toBe('accepted');
    expect(decide(facts, { type: 'cancel_units', lines: units(1) })).toMatchObject({
      effect: { cancelled: { amountMinor: 0 }, isRefunded: false },
    });
  });

  it.each([
    // 34.00 were captured; line a has a unit to ship, and line b too.
    { what: 'nothing of its money is left', facts: {}, expected: true },
    { what: 'a cent is left', facts: { refundedMinor: 3_399 }, expected: false },
    { what: 'nothing was captured', facts: { capturedMinor: 0, refundedMinor: 0 }, expected: false },
    {
      what: 'nothing is left to ship',
      facts: {
        lines: [
          { ...line, cancelled: 1 },
          { ...service, cancelled: 1 },
        ],
      },
      expected: false,
    },
  ])('is flagged: $expected where $what', ({ facts, expected }) => {
    for (const status of ['confirmed', 'processing'] as const) {
      expect(isRefundedUnshipped(factsOf(status, { refundedMinor: 3_400, ...facts }))).toBe(expected);
    }
    for (const status of ['pending', 'shipped', 'delivered', 'closed', 'cancelled'] as const) {
      expect(isRefundedUnshipped(factsOf(status, { refundedMinor: 3_400, ...facts }))).toBe(false);
    }
  });
});

describe('cancelling units', () => {
  const cancel = (
    lines: readonly { lineId: string; quantity: number }[],
    changes: Partial<OrderFacts> = {},
  ) => decide(factsOf('processing', changes), { type: 'cancel_units', lines });
  /** An order of 4 at 5.00, of which nothing has happened, with 1.00 of shipping. */
  const untouched = {
    totals: { subtotalMinor: 2_000, discountMinor: 0, taxMinor: 0, shippingMinor: 100, totalMinor: 2_100 },
    ...{ capturedMinor: 2_100, refundedMinor: 0, shipments: [], returns: [] },
    lines: [{ ...line, shipped: 0, delivered: 0, returning: 0, refundedMinor: 0 }],
  };

  it('gives back the worth of the units, and leaves an order with open units as it is', () => {
    // The line is worth 20.00 and 2.00 of the tax. 5.50 of its 22.00 were given back, which pay for its first unit.
    expect(cancel(units(1))).toEqual({
      kind: 'accepted',
      effect: {
        cancelled: { lines: [{ lineId: 'a', quantity: 1, amountMinor: 550 }], amountMinor: 550 },
        isRefunded: true,
      },
    });
  });

  it('completes an order: shipped, or delivered where all shipments have arrived', () => {
    const all = [...units(1), ...units(1, 'b')];
    expect(cancel(all)).toMatchObject({ effect: { cancelled: { completes: 'shipped' } } });
    const shipments = [{ id: 'arrived', status: 'delivered' as const, lines: units(3) }];
    expect(cancel(all, { shipments })).toMatchObject({ effect: { cancelled: { completes: 'delivered' } } });
  });

  it('cancels an order of which nothing has shipped, and gives back all that is left with the shipping', () => {
    // 20.00 for the units, and 1.00 for the shipping.
    expect(cancel(units(4), untouched)).toMatchObject({
      effect: { cancelled: { amountMinor: 2_100, completes: 'cancelled' } },
    });
    expect(cancel(units(4), { ...untouched, refundedMinor: 300 })).toMatchObject({
      effect: { cancelled: { amountMinor: 1_800, completes: 'cancelled' } },
    });
    expect(cancel(units(3), untouched)).toMatchObject({
      effect: { cancelled: { amountMinor: 1_500 } },
    });
  });

  it('credits the worth of the units where nothing was captured', () => {
    expect(cancel(units(3), { ...untouched, capturedMinor: 0 })).toMatchObject({
      effect: { cancelled: { amountMinor: 1_500 }, isRefunded: false },
    });
  });

  it('is refused in part while the capture is reversed', () => {
    const reversed = { ...untouched, capturedMinor: 0, flags: [OrderFlag.CaptureFailed] };
    expect(cancel(units(3), reversed)).toMatchObject({ code: 'PAYMENT_FAILED' });
    expect(cancel(units(4), reversed)).toMatchObject({ effect: { cancelled: { completes: 'cancelled' } } });
  });

  it.each([
    { what: 'more units than are left to ship', lines: units(2), code: 'QUANTITY_NOT_AVAILABLE' },
    {
      what: 'more units than are left, split over two entries',
      lines: [...units(1), ...units(1)],
      code: 'QUANTITY_NOT_AVAILABLE',
    },
    { what: 'a line of another order', lines: units(1, 'c'), code: 'PART_NOT_FOUND' },
    { what: 'an empty list of lines', lines: [], code: 'QUANTITY_NOT_AVAILABLE' },
  ])('refuses $what', ({ lines, code }) => {
    expect(cancel(lines)).toMatchObject({ kind: 'refused', code });
  });

  it('leaves cancelled units out of shipments, and refuses a shipment of nothing', () => {
    const lines = [{ ...untouched.lines[0], ...{ id: 'a', quantity: 5, cancelled: 3 } } as typeof line];
    const facts = factsOf('processing', { ...untouched, lines });
    expect(decide(facts, { type: 'ship' })).toMatchObject({ effect: { lines: units(2), isLast: true } });
    expect(decide(facts, { type: 'ship', lines: units(3) })).toMatchObject({
      message: 'there are 2 units of line a that are left to ship, not 3',
    });
    const gone = factsOf('processing', { ...untouched, lines: [{ ...line, cancelled: 1 }] });
    expect(decide(gone, { type: 'ship' })).toMatchObject({
      code: 'QUANTITY_NOT_AVAILABLE',
      message: 'nothing is left to ship of this order',
    });
  });

  it('happens by a refund of units or of all, not by one of an amount or of a return', () => {
    const refund = (fields: object) => decide(factsOf('processing'), { type: 'refund', ...fields });
    // One unit of line a is left to ship, and three have left.
    expect(refund({ lines: units(2) })).toMatchObject({
      effect: { amountMinor: 1_100, cancelled: { lines: units(1), amountMinor: 550 } },
    });
    expect(refund({ all: true })).toMatchObject({
      effect: {
        amountMinor: 2_850,
        cancelled: { lines: [...units(1), ...units(1, 'b')], completes: 'shipped' },
      },
    });
    for (const fields of [
      { amountMinor: 550 },
      { lines: units(1), amountMinor: 550 },
      { returnId: 'received' },
    ]) {
      const decision = refund(fields);
      expect(decision.kind).toBe('accepted');
      expect(decision).not.toHaveProperty('effect.cancelled');
    }
    expect(decide(factsOf('confirmed', untouched), { type: 'refund', lines: units(4) })).toMatchObject({
      effect: { amountMinor: 2_100, cancelled: { completes: 'cancelled' } },
    });
  });
});

describe('delivering a shipment', () => {
  const deliver = (shipmentId: string) => ({ type: 'deliver', shipmentId }) as const;

  it('is the last delivery only if the order is shipped and no other shipment is under way', () => {
    const effect = { shipmentIds: ['under way'], isLast: true };
    expect(decide(factsOf('shipped'), deliver('under way'))).toEqual({ kind: 'accepted', effect });
    expect(decide(factsOf('shipped'), { type: 'deliver' })).toEqual({ kind: 'accepted', effect });
    expect(decide(factsOf('processing'), deliver('under way'))).toMatchObject({ effect: { isLast: false } });
    const two = {
      ...factsOf('shipped'),
      shipments: factsOf('shipped').shipments.map((s) => ({ ...s, status: 'shipped' as const })),
    };
    expect(decide(two, deliver('under way'))).toMatchObject({ effect: { isLast: false } });
    expect(decide(two, { type: 'deliver' })).toMatchObject({
      effect: { shipmentIds: ['arrived', 'under way'], isLast: true },
    });
  });

  it('is refused for a delivered and for an unknown shipment', () => {
    expect(decide(factsOf('shipped'), deliver('arrived'))).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
    expect(decide(factsOf('shipped'), deliver('lost'))).toMatchObject({ code: 'PART_NOT_FOUND' });
  });
});

describe('returning units', () => {
  it.each([
    {
      what: 'more units than were delivered and not returned',
      lines: units(2),
      code: 'QUANTITY_NOT_AVAILABLE',
    },
    { what: 'units that were never delivered', lines: units(1, 'b'), code: 'QUANTITY_NOT_AVAILABLE' },
    { what: 'a line of another order', lines: units(1, 'c'), code: 'PART_NOT_FOUND' },
    { what: 'an empty list of lines', lines: [], code: 'QUANTITY_NOT_AVAILABLE' },
  ])('refuses $what', ({ lines, code }) => {
    expect(decide(factsOf('delivered'), { type: 'request_return', lines })).toMatchObject({ code });
  });

  it.each(['requested', 'approved', 'received', 'refunded', 'lost'])(
    'accepts only the next step of a return that is %s',
    (returnId) => {
      const codeOf = (command: OrderCommand): string => {
        const decision = decide(factsOf('delivered'), command);
        return decision.kind === 'refused' ? decision.code : 'accepted';
      };
      const expected = (...statuses: string[]): string =>
        statuses.includes(returnId)
          ? 'accepted'
          : returnId === 'lost'
            ? 'PART_NOT_FOUND'
            : 'RETURN_NOT_READY';
      expect(codeOf({ type: 'decide_return', returnId, isApproved: false })).toBe(expected('requested'));
      expect(codeOf({ type: 'receive_return', returnId })).toBe(expected('approved'));
      expect(codeOf({ type: 'cancel_return', returnId })).toBe(expected('requested', 'approved'));
      expect(codeOf({ type: 'refund', returnId })).toBe(expected('received'));
    },
  );

  describe('the receipt of a return', () => {
    type Wish = readonly [quantity: number, condition: UnitCondition, lineId?: string];
    /** Three units of line a and one of line b are to come. */
    const receive = (...wishes: readonly Wish[]) =>
      decide(
        factsOf('delivered', {
          returns: [{ id: 'r', status: 'approved', lines: [...units(3), ...units(1, 'b')] }],
        }),
        {
          ...{ type: 'receive_return', returnId: 'r' },
          units: wishes.map(([quantity, condition, lineId = 'a']) => ({ lineId, quantity, condition })),
        },
      );
    const none = { restock: 0, damaged: 0, missing: 0 };

    it('puts all units into stock where nobody says otherwise', () => {
      expect(decide(factsOf('delivered'), { type: 'receive_return', returnId: 'approved' })).toMatchObject({
        effect: { received: [{ ...none, lineId: 'a', restock: 1 }] },
      });
    });

    it('takes each unit in its own condition', () => {
      expect(receive([1, 'restock'], [1, 'damaged'], [1, 'missing'], [1, 'damaged', 'b'])).toMatchObject({
        effect: {
          received: [
            { lineId: 'a', restock: 1, damaged: 1, missing: 1 },
            { ...none, lineId: 'b', damaged: 1 },
          ],
        },
      });
    });

    it('adds up the units of a condition that is named twice', () => {
      expect(receive([1, 'restock'], [2, 'restock'], [1, 'missing', 'b'])).toMatchObject({
        effect: {
          received: [
            { ...none, lineId: 'a', restock: 3 },
            { ...none, lineId: 'b', missing: 1 },
          ],
        },
      });
    });

    it.each<{ what: string; wishes: readonly Wish[]; code: string; says: string }>([
      {
        what: 'fewer than the return has',
        wishes: [
          [2, 'restock'],
          [1, 'restock', 'b'],
        ],
        ...{
          code: 'QUANTITY_NOT_AVAILABLE',
          says: 'the return has 3 units of line a; the conditions name 2',
        },
      },
      {
        what: 'more than the return has',
        wishes: [
          [3, 'restock'],
          [1, 'restock', 'b'],
          [1, 'damaged', 'b'],
        ],
        ...{
          code: 'QUANTITY_NOT_AVAILABLE',
          says: 'the return has 1 units of line b; the conditions name 2',
        },
      },
      {
        what: 'none of one line',
        wishes: [[3, 'restock']],
        ...{
          code: 'QUANTITY_NOT_AVAILABLE',
          says: 'the return has 1 units of line b; the conditions name 0',
        },
      },
      {
        what: 'a line that is not in the return',
        wishes: [
          [3, 'restock'],
          [1, 'restock', 'b'],
          [1, 'damaged', 'c'],
        ],
        ...{ code: 'PART_NOT_FOUND', says: 'the return has no line c' },
      },
      {
        what: 'nothing but missing units',
        wishes: [
          [3, 'missing'],
          [1, 'missing', 'b'],
        ],
        ...{ code: 'QUANTITY_NOT_AVAILABLE', says: 'nothing of the return came back; cancel the return' },
      },
    ])('refuses $what', ({ wishes, code, says }) => {
      expect(receive(...wishes)).toMatchObject({ kind: 'refused', code, message: says });
    });
  });
});

describe('refunding money', () => {
  const refund = (fields: object, changes: Partial<OrderFacts> = {}) =>
    decide(factsOf('delivered', changes), { type: 'refund', ...fields });

  it('refunds an amount, lines, a return, or all the money that is left', () => {
    expect(refund({ amountMinor: 7 })).toMatchObject({ effect: { amountMinor: 7, lines: [] } });
    expect(refund({ lines: units(2) })).toMatchObject({
      effect: { amountMinor: 1_100, lines: [{ lineId: 'a', quantity: 2, amountMinor: 1_100 }] },
    });
    expect(refund({ returnId: 'received' })).toMatchObject({
      effect: { amountMinor: 550, lines: units(1), returned: { id: 'received' } },
    });
    expect(refund({ all: true })).toMatchObject({ effect: { amountMinor: 2_850, lines: [] } });
    expect(refund({ amountMinor: 2_850 }).kind).toBe('accepted');
  });

  it.each([
    { what: 'more money than is left', fields: { amountMinor: 2_851 }, code: 'AMOUNT_NOT_AVAILABLE' },
    { what: 'an amount of zero', fields: { amountMinor: 0 }, code: 'AMOUNT_NOT_AVAILABLE' },
    { what: 'more units than were ordered', fields: { lines: units(5) }, code: 'QUANTITY_NOT_AVAILABLE' },
    { what: 'a line of another order', fields: { lines: units(1, 'c') }, code: 'PART_NOT_FOUND' },
    { what: 'an empty list of lines', fields: { lines: [] }, code: 'QUANTITY_NOT_AVAILABLE' },
    { what: 'a refund of nothing that is named', fields: {}, code: 'MALFORMED' },
    { what: 'a reason alone', fields: { reason: 'goodwill' }, code: 'MALFORMED' },
    { what: '"all": false alone', fields: { all: false }, code: 'MALFORMED' },
    { what: 'all and an amount', fields: { all: true, amountMinor: 1 }, code: 'MALFORMED' },
    { what: 'all and a return', fields: { all: true, returnId: 'received' }, code: 'MALFORMED' },
    {
      what: 'a line that the return does not have',
      fields: { returnId: 'received', lines: units(1, 'b') },
      code: 'QUANTITY_NOT_AVAILABLE',
    },
    {
      what: 'more units than the return has',
      fields: { returnId: 'received', lines: units(2) },
      code: 'QUANTITY_NOT_AVAILABLE',
    },
  ])('refuses $what', ({ fields, code }) => {
    expect(refund(fields)).toMatchObject({ kind: 'refused', code });
  });

  it('is refused if nothing was captured or no money is left', () => {
    const all = { all: true };
    expect(refund(all, { capturedMinor: 0, refundedMinor: 0 })).toMatchObject({
      code: 'AMOUNT_NOT_AVAILABLE',
    });
    expect(refund(all, { refundedMinor: 3_400 })).toMatchObject({ code: 'AMOUNT_NOT_AVAILABLE' });
  });

  it('gives at most the money that is left of the order for units', () => {
    // A unit is worth 5.50, and goodwill has left 4.00 of the captured money.
    expect(refund({ lines: units(1) }, { refundedMinor: 3_000 })).toMatchObject({
      effect: { amountMinor: 400, lines: [{ lineId: 'a', quantity: 1, amountMinor: 400 }] },
    });
  });

  it('after 10.00 for a scratch, gives the other 90.00 for the return', () => {
    const item = { ...line, quantity: 1, unitPriceMinor: 10_000, refundedMinor: 1_000 };
    const facts = {
      totals: {
        ...{ subtotalMinor: 10_000, discountMinor: 0, taxMinor: 0 },
        ...{ shippingMinor: 0, totalMinor: 10_000 },
      },
      ...{ capturedMinor: 10_000, refundedMinor: 1_000, lines: [item] },
    };
    expect(refund({ returnId: 'received' }, facts)).toMatchObject({ effect: { amountMinor: 9_000 } });
    expect(refund({ returnId: 'received', amountMinor: 9_000 }, facts)).toMatchObject({
      effect: { amountMinor: 9_000, lines: [{ lineId: 'a', quantity: 1, amountMinor: 9_000 }] },
    });
  });

  it('refuses units whose money was given back, and names what is left of the order', () => {
    // The line is worth 22.00.
    const lines = [{ ...line, refundedMinor: 2_200 }, service];
    expect(refund({ lines: units(1) }, { lines, refundedMinor: 2_200 })).toMatchObject({
      code: 'AMOUNT_NOT_AVAILABLE',
      message:
        'these items have nothing left to refund; name an amount to give back more of the 12.00 USD that are left',
    });
    // A named amount is goodwill: it belongs to no line.
    expect(refund({ lines: units(1), amountMinor: 500 }, { lines, refundedMinor: 2_200 })).toMatchObject({
      effect: { amountMinor: 500, lines: [{ lineId: 'a', quantity: 1, amountMinor: 0 }] },
    });
  });

  it.each([
    [
      6_175,
      'the payment provider cannot move 6.175 BHD; the nearest amounts that it can move are 6.170 BHD and 6.180 BHD',
    ],
    [3, 'the payment provider cannot move 0.003 BHD; the smallest amount that it can move is 0.010 BHD'],
  ])('refuses %d fils at a provider that moves hundredths of a dinar', (amountMinor, message) => {
    const facts = { currency: { code: 'BHD', exponent: 3 }, moneyStepMinor: 10, capturedMinor: 12_350 };
    expect(refund({ amountMinor }, facts)).toMatchObject({ code: 'AMOUNT_NOT_AVAILABLE', message });
  });

  it('refuses a second refund of a return while the first is under way', () => {
    const returns = [{ id: 'received', status: 'received', lines: units(1), isBeingRefunded: true }] as const;
    expect(refund({ returnId: 'received' }, { returns })).toMatchObject({ code: 'RETURN_NOT_READY' });
  });
});

describe('editing a draft', () => {
  it('recomputes the totals from changed and unchanged fields, and refuses invalid ones', () => {
    const edit = (fields: object) => decide(factsOf('draft'), { type: 'edit', ...fields });
    expect(edit({ discountMinor: 50, shippingMinor: 0 })).toMatchObject({
      effect: { totals: { subtotalMinor: 3_000, discountMinor: 50, taxMinor: 300, totalMinor: 3_250 } },
    });
    const lines = [{ quantity: 2, unitPriceMinor: 10, requiresShipping: true }];
    expect(edit({ lines, taxMinor: 0 })).toMatchObject({ effect: { totals: { totalMinor: 120 } } });
    expect(edit({ lines: [] })).toMatchObject({ code: 'QUANTITY_NOT_AVAILABLE' });
    expect(edit({ discountMinor: 3_001 })).toMatchObject({ code: 'AMOUNT_NOT_AVAILABLE' });
    expect(edit({ taxMinor: 1_000_000_000_000 })).toMatchObject({ code: 'AMOUNT_NOT_AVAILABLE' });
  });

  // 10.00 at 19 % and 5.00 at 7 %.
  const taxed = [
    { quantity: 1, unitPriceMinor: 1_000, requiresShipping: true, taxRateMillionths: 190_000 },
    { quantity: 1, unitPriceMinor: 500, requiresShipping: true, taxRateMillionths: 70_000 },
  ];
  const edited = (facts: Partial<OrderFacts>, fields: object) =>
    decide({ ...factsOf('draft'), ...facts }, { type: 'edit', ...fields });

  it('replaces a tax of the order by the taxes of new lines', () => {
    expect(edited({}, { lines: taxed })).toMatchObject({
      effect: { totals: { taxMinor: 225, totalMinor: 1_825 }, lineTaxesMinor: [190, 35] },
    });
    expect(edited({}, { lines: taxed, taxMinor: 1 })).toMatchObject({
      ...{ code: 'AMOUNT_NOT_AVAILABLE', field: 'tax_amount' },
    });
  });

  it('computes the taxes of lines anew for another discount, and drops them with their lines', () => {
    const lines = taxed.map((each, index) => ({ ...line, ...each, id: `taxed ${index}` }));
    const totals = { subtotalMinor: 1_500, discountMinor: 0, taxMinor: 225, shippingMinor: 100 };
    const facts = { lines, totals: { ...totals, totalMinor: 1_825 } };
    // 8.00 at 19 % and 4.00 at 7 % after 20 % off: 1.52 and 0.28.
    expect(edited(facts, { discountMinor: 300 })).toMatchObject({
      effect: { totals: { taxMinor: 180, totalMinor: 1_480 }, lineTaxesMinor: [152, 28] },
    });
    const untaxed = [{ quantity: 1, unitPriceMinor: 700, requiresShipping: true }];
    const { effect } = edited(facts, { lines: untaxed }) as { effect: object };
    expect(effect).toEqual({
      ...{ changed: ['lines', 'taxMinor'], before: {}, after: {} },
      totals: {
        ...{ subtotalMinor: 700, discountMinor: 0, taxMinor: 0 },
        ...{ shippingMinor: 100, totalMinor: 800 },
      },
    });
  });

  it('can have prices include the tax', () => {
    // 10.00 include 1.60 (1000 × 19 / 119 = 159.66), 5.00 include 0.33 (500 × 7 / 107 = 32.71).
    expect(edited({}, { lines: taxed, taxesIncluded: true })).toMatchObject({
      effect: { totals: { taxMinor: 193, totalMinor: 1_600 }, lineTaxesMinor: [160, 33] },
    });
  });
});
