/** The states of an order that differ in their possible changes. */
export const states = [
  'draft',
  'pending',
  'confirmed',
  'processing',
  'partly shipped',
  'shipped',
  'delivered',
  'closed',
  'cancelled',
] as const;
export type State = (typeof states)[number];

/** The status that an order in a state has. */
export const statusIn: Readonly<Record<State, string>> = {
  draft: 'draft',
  pending: 'pending',
  confirmed: 'confirmed',
  processing: 'processing',
  'partly shipped': 'processing',
  shipped: 'shipped',
  delivered: 'delivered',
  closed: 'closed',
  cancelled: 'cancelled',
};

/** The status on the Commerce API. */
export const commerceStatusIn: Readonly<Record<State, string>> = {
  draft: 'pending',
  pending: 'pending',
  confirmed: 'pending',
  processing: 'processing',
  'partly shipped': 'processing',
  shipped: 'shipped',
  delivered: 'delivered',
  closed: 'delivered',
  cancelled: 'cancelled',
};

export type ChangeApi = 'orders' | 'sales' | 'update';

/** The allowed statuses in the messages of each API. On the Sales API, a draft is confirmed. */
const allowedOn = {
  orders: ['pending, cancelled', 'confirmed, cancelled'],
  sales: ['confirmed, cancelled', 'cancelled'],
} as const;
const allowedLater = {
  confirmed: 'processing, cancelled',
  processing: 'shipped',
  'partly shipped': 'shipped',
  shipped: 'delivered',
  delivered: 'closed',
  closed: 'none',
  cancelled: 'none',
} as const;

export function allowedIn(state: State, apiName: ChangeApi): string {
  const [draft, pending] = allowedOn[apiName === 'sales' ? 'sales' : 'orders'];
  if (state === 'draft') return draft;
  return state === 'pending' ? pending : allowedLater[state];
}

/** The result of a change: the order's status after it, or the refusal. */
export type Cell =
  | {
      readonly becomes: string;
      /** The status in the answer, where the order goes on by itself. */
      readonly answers?: string;
    }
  | {
      readonly error: string;
      /** The code of the update's failure; HTTP's status follows from it. */
      readonly code: string;
      /** The field that HTTP's answer names. */
      readonly field?: string;
      readonly namesAllowed: boolean;
    };

const to = (becomes: string): Cell => ({ becomes });
/** Of an order that is undone and cancelled after the change. */
const toCancelled = (from: string): Cell => ({ becomes: 'cancelled', answers: from });
/** A refusal because of the status `%`, which lists the allowed statuses. */
const step = (error: string): Cell => ({ error, code: 'TRANSITION_NOT_ALLOWED', namesAllowed: true });
const fact = (code: string, error: string): Cell => ({ error, code, namesAllowed: false });

const ended = step('an order that is % cannot be changed any more');
const notTo = (status: string): Cell => step(`an order that is % cannot become ${status}`);
const noReturn = fact('PART_NOT_FOUND', 'the order has no return #');
const noShipment = fact('PART_NOT_FOUND', 'the order has no shipment #');
const nothingToReturn = step('nothing of an order that is % can be returned');
const notDelivered = fact(
  'QUANTITY_NOT_AVAILABLE',
  'there are 0 units of line @ that were delivered and not returned, not 1',
);
const unshipped = (left: number, wanted: number): Cell =>
  fact('QUANTITY_NOT_AVAILABLE', `there are ${left} units of line @ that are left to ship, not ${wanted}`);
const notCaptured = fact('AMOUNT_NOT_AVAILABLE', 'nothing was captured that could be refunded');
const nothingLeft = fact('AMOUNT_NOT_AVAILABLE', 'there is nothing left to refund');
const tooMuch = (left: string): Cell =>
  fact('AMOUNT_NOT_AVAILABLE', `the refund is larger than what is left of the captured money (${left} USD)`);

type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell];
export interface ChangeRow {
  readonly change: string;
  /** The APIs that offer the change. */
  readonly apis: readonly ChangeApi[];
  /** By the states, in their order: draft, pending, confirmed, processing, partly shipped, shipped, delivered, closed, cancelled. */
  readonly row: Row;
}

const everywhere = (cell: Cell): Row => [cell, cell, cell, cell, cell, cell, cell, cell, cell];
/** The same in all states but some. */
const but = (cell: Cell, others: Readonly<Partial<Record<State, Cell>>>): Row => {
  const [a, b, c, d, e, f, g, h, i] = states.map((state) => others[state] ?? cell);
  if (!a || !b || !c || !d || !e || !f || !g || !h || !i) throw new Error('a state is missing');
  return [a, b, c, d, e, f, g, h, i];
};

/** Allowed in some states, which stay as they are. */
const unchanged = (...some: readonly State[]): Readonly<Partial<Record<State, Cell>>> =>
  Object.fromEntries(some.map((state) => [state, to(statusIn[state])]));

const notConfirmed = step('an order that is % cannot be confirmed');
const notAsAWhole = step(
  'an order that is % cannot be cancelled as a whole; its units that have not shipped can be cancelled',
);
const noUnits = step('units of an order that is % cannot be cancelled');
const notEdited = step('items, amounts and payment of an order that is % cannot be changed');
const nothingToShip: Cell = {
  ...fact(
    'NOTHING_LEFT_TO_SHIP',
    'addresses and shipping method of an order that is % cannot be changed: nothing of it is left to ship',
  ),
  field: 'shipping_address',
};
const atTheEnd = { closed: ended, cancelled: ended };

/**
 * The complete table: each change of each API in each state. Written by hand from the promises of the APIs; the
 * product computes nothing of it.
 */
export const changes: readonly ChangeRow[] = [
  { change: 'edit', apis: ['sales', 'update'], row: but(notEdited, { draft: to('draft') }) },
  {
    change: 'correct the address',
    apis: ['orders', 'sales'],
    row: but(nothingToShip, unchanged('draft', 'pending', 'confirmed', 'processing', 'partly shipped')),
  },
  { change: 'note', apis: ['orders', 'sales'], row: but(ended, unchanged(...states)) },
  {
    change: 'note',
    apis: ['update'],
    // The workflow of an order that has ended is started by the API, not by an update.
    row: but(ended, unchanged(...states.slice(0, -2))),
  },
  { change: 'confirm', apis: ['sales', 'update'], row: but(notConfirmed, { draft: to('confirmed') }) },
  {
    change: 'cancel',
    apis: ['orders', 'sales', 'update'],
    row: but(notTo('cancelled'), {
      draft: to('cancelled'),
      pending: to('cancelled'),
      confirmed: to('cancelled'),
      processing: notAsAWhole,
      'partly shipped': notAsAWhole,
    }),
  },
  {
    change: 'cancel one unit',
    apis: ['orders', 'update'],
    row: but(noUnits, {
      confirmed: to('confirmed'),
      processing: to('processing'),
      'partly shipped': to('shipped'),
    }),
  },
  {
    change: 'cancel two units',
    apis: ['orders', 'update'],
    row: but(noUnits, {
      confirmed: toCancelled('confirmed'),
      processing: toCancelled('processing'),
      'partly shipped': unshipped(1, 2),
    }),
  },
  {
    change: 'process',
    apis: ['sales', 'update'],
    row: but(notTo('processing'), { confirmed: to('processing') }),
  },
  {
    change: 'ship all',
    apis: ['orders', 'update'],
    row: but(notTo('shipped'), {
      confirmed: to('shipped'),
      processing: to('shipped'),
      'partly shipped': to('shipped'),
    }),
  },
  {
    // The guide has a stage of its own between confirmed and shipped.
    change: 'ship all of what is processed',
    apis: ['sales', 'update'],
    row: but(notTo('shipped'), { processing: to('shipped'), 'partly shipped': to('shipped') }),
  },
  {
    change: 'ship one unit',
    apis: ['orders', 'update'],
    row: but(notTo('shipped'), {
      confirmed: to('processing'),
      processing: to('processing'),
      'partly shipped': to('shipped'),
    }),
  },
  {
    change: 'ship three units',
    apis: ['orders', 'update'],
    row: but(notTo('shipped'), {
      confirmed: unshipped(2, 3),
      processing: unshipped(2, 3),
      'partly shipped': unshipped(1, 3),
    }),
  },
  {
    change: 'deliver all',
    apis: ['sales', 'update'],
    row: but(notTo('delivered'), { shipped: to('delivered') }),
  },
  {
    change: 'deliver the first parcel',
    apis: ['orders', 'update'],
    row: but(noShipment, {
      'partly shipped': to('processing'),
      shipped: to('delivered'),
      delivered: step('shipment # has been delivered already'),
      closed: step('shipment # has been delivered already'),
    }),
  },
  { change: 'deliver an unknown parcel', apis: ['orders', 'update'], row: everywhere(noShipment) },
  {
    change: 'cancel the first parcel',
    apis: ['orders', 'update'],
    row: but(noShipment, {
      'partly shipped': to('processing'),
      shipped: to('processing'),
      delivered: step('shipment # has been delivered already'),
      ...atTheEnd,
    }),
  },
  // A parcel of an order that is partly shipped has one of its two units, otherwise it has both.
  ...[
    {
      change: 'return to sender the first parcel',
      partly: to('processing'),
      whole: to('processing'),
    },
    {
      change: 'lose one unit of the first parcel',
      partly: to('processing'),
      whole: fact('QUANTITY_NOT_AVAILABLE', 'the shipment has 2 units of line @; the conditions name 1'),
    },
    {
      change: 'lose two units of the first parcel',
      partly: fact('QUANTITY_NOT_AVAILABLE', 'the shipment has 1 units of line @; the conditions name 2'),
      // Nothing of it reached the customer.
      whole: to('closed'),
    },
  ].map(({ change, partly, whole }): ChangeRow => ({
    ...{ change, apis: ['orders', 'update'] },
    row: but(noShipment, {
      'partly shipped': partly,
      shipped: whole,
      delivered: step('shipment # has been delivered already'),
      ...atTheEnd,
    }),
  })),
  // Also after the delivery.
  ...[
    { change: 'correct the first parcel', apis: ['orders', 'update'] as const, none: noShipment },
    {
      change: 'correct the newest parcel',
      apis: ['sales', 'update'] as const,
      none: fact('PART_NOT_FOUND', 'the order has no shipment'),
    },
  ].map(({ change, apis, none }): ChangeRow => ({
    ...{ change, apis },
    row: but(none, {
      'partly shipped': to('processing'),
      shipped: to('shipped'),
      delivered: to('delivered'),
      ...atTheEnd,
    }),
  })),
  {
    change: 'close',
    apis: ['orders', 'sales', 'update'],
    row: but(notTo('closed'), { delivered: to('closed') }),
  },
  {
    change: 'request a return',
    apis: ['orders', 'update'],
    row: but(nothingToReturn, {
      processing: notDelivered,
      'partly shipped': notDelivered,
      shipped: notDelivered,
      delivered: to('delivered'),
    }),
  },
  ...['approve the return', 'decline the return', 'receive the return', 'cancel the return'].map(
    (change): ChangeRow => ({
      change,
      apis: ['orders', 'update'],
      row: but(noReturn, { delivered: to('delivered'), ...atTheEnd }),
    }),
  ),
  {
    change: 'refund the return',
    apis: ['orders', 'update'],
    row: but(noReturn, {
      draft: notCaptured,
      pending: notCaptured,
      delivered: to('delivered'),
    }),
  },
  ...[
    // Units that have not shipped are cancelled.
    {
      change: 'refund all',
      cancelled: nothingLeft,
      unshipped: [toCancelled('confirmed'), toCancelled('processing'), to('shipped')] as const,
    },
    {
      change: 'refund 10.00',
      cancelled: tooMuch('0.00'),
      unshipped: [to('confirmed'), to('processing'), to('processing')] as const,
    },
    {
      change: 'refund one unit',
      cancelled: nothingLeft,
      unshipped: [to('confirmed'), to('processing'), to('shipped')] as const,
    },
  ].flatMap(({ change, cancelled, unshipped }): readonly ChangeRow[] => {
    const open = [...unshipped, to('shipped'), to('delivered')] as const;
    return [
      { change, apis: ['orders'], row: [notCaptured, notCaptured, ...open, to('closed'), cancelled] },
      // The workflow of an order that has ended is started by the API, not by an update.
      { change, apis: ['update'], row: [notCaptured, notCaptured, ...open, ended, ended] },
    ];
  }),
  {
    change: 'refund more than was captured',
    apis: ['orders', 'update'],
    row: but(tooMuch('179.98'), {
      draft: notCaptured,
      pending: notCaptured,
      cancelled: tooMuch('0.00'),
    }),
  },
  { change: 'become draft', apis: ['sales'], row: everywhere(notTo('draft')) },
  { change: 'become pending', apis: ['sales'], row: everywhere(notTo('pending')) },
];
