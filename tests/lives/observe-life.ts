import type { ProofVerdict } from '@oms/domain';
import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import { orderWorkflowId } from '@oms/contracts/temporal';
import { findOrderToStart } from '@oms/database';
import { eventually, HopelessError } from '@oms/stack';

import type { PlacedLife, PlacingApis } from './place-life.js';
import { toMinor } from './life-apis.js';
import type { Units, World } from './world.js';

interface PartBody {
  readonly id: string;
  readonly status: string;
  readonly items: readonly { readonly item_id: string; readonly quantity: number }[];
  readonly amount?: string;
  readonly return_id?: string | null;
}

const unitsOf = ({ items }: PartBody): readonly Units[] =>
  items.map(({ item_id: id, quantity }) => ({ id, quantity }));

const sumOf = (units: readonly { readonly quantity: number }[]): number =>
  units.reduce((sum, { quantity }) => sum + quantity, 0);

/** Reads until a 200. Retries 202 and 5xx, because the gateway or the database may be down. */
export async function read(
  { stack }: PlacingApis,
  orderId: string,
  path: string,
): Promise<Record<string, unknown>> {
  return eventually(
    `GET ${path} of order ${orderId}`,
    async () => {
      const { status, body } = await stack.api.request('GET', `/api/v1/oms/orders/${orderId}${path}`);
      if (status === 200) return body;
      if (status < 500 && status !== 202) throw new HopelessError(`it is ${status} ${JSON.stringify(body)}`);
      throw new Error(`it is ${status} ${JSON.stringify(body)}`);
    },
    { timeoutMs: 120_000 },
  );
}

const list = async (apis: PlacingApis, orderId: string, name: string): Promise<readonly PartBody[]> =>
  (await read(apis, orderId, `/${name}`))[name] as PartBody[];

/** The ids of the order's shipments. */
export const shipmentIds = async (apis: PlacingApis, orderId: string): Promise<readonly string[]> =>
  (await list(apis, orderId, 'fulfillments')).map(({ id }) => id);

/**
 * Waits until neither the order nor a refund is pending, an order whose units are all cancelled is, and the order has let go of
 * a payment that it does not take. Retries a waiting order at once now and then, as an operator would.
 */
export async function untilIdle(apis: PlacingApis, orderId: string): Promise<void> {
  let asked = 0;
  await eventually(
    `order ${orderId} being idle`,
    async () => {
      const { status, items } = await read(apis, orderId, '');
      const refunds = await list(apis, orderId, 'refunds');
      const cancelled = (await list(apis, orderId, 'cancellations')).flatMap(unitsOf);
      const isBeingCancelled =
        status !== 'cancelled' && sumOf(cancelled) === sumOf(items as readonly { quantity: number }[]);
      const isPending = status === 'pending' || refunds.some((refund) => refund.status === 'pending');
      if (!isPending && !isBeingCancelled && !(await owesSettlement(apis, orderId))) return true;
      asked += 1;
      if (asked % 10 === 0) await retryNow(apis, orderId);
      throw new Error(`it is ${JSON.stringify(await read(apis, orderId, '/status'))}`);
    },
    { timeoutMs: 180_000, everyMs: 200 },
  );
}

async function owesSettlement({ stack }: PlacingApis, orderId: string): Promise<boolean> {
  const { tenantId, orgId, database } = stack;
  return (await findOrderToStart(database, { tenantId, orgId, orderId }))?.owesSettlement === true;
}

async function retryNow({ stack }: PlacingApis, orderId: string): Promise<void> {
  const handle = stack.temporal.workflow.getHandle(orderWorkflowId(orderId));
  await stack.temporal
    .withDeadline(Date.now() + 2_000, () => handle.executeUpdate('retryNow', { args: [] }))
    .catch(() => undefined); // The order continued by itself, or its worker is down.
}

/** An order at its end, on all three APIs and at the provider. */
export interface Observed {
  readonly order: Record<string, unknown>;
  readonly shipments: readonly PartBody[];
  readonly returns: readonly PartBody[];
  readonly refunds: readonly PartBody[];
  readonly proof: {
    readonly balances: ProofVerdict;
    readonly faults: readonly string[];
    readonly unsettled: readonly string[];
    readonly stock: readonly {
      readonly item_id: string;
      readonly shipped: number;
      readonly returned_to_sender: number;
    }[];
  };
  readonly events: readonly {
    readonly sequence: number;
    readonly type: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
  readonly salesStatus: unknown;
  readonly commerceStatus: unknown;
  readonly moved: Readonly<Record<string, number>>;
}

export async function observe(apis: PlacingApis, { orderId, reference }: PlacedLife): Promise<Observed> {
  const [order, shipments, returns, refunds, proof, events] = await Promise.all([
    read(apis, orderId, ''),
    list(apis, orderId, 'fulfillments'),
    list(apis, orderId, 'returns'),
    list(apis, orderId, 'refunds'),
    settledProof(apis, orderId),
    read(apis, orderId, '/events'),
  ]);
  const sales = await shown(() => apis.sales.get(`/orders/${salesOrderId(orderId)}`));
  const commerce = await shown(() => apis.commerce.get(commerceOrderId(orderId)));
  const ledger =
    reference === undefined
      ? []
      : await eventually("the provider's ledger", () => apis.stack.simulator.ledger(reference));
  const moved: Record<string, number> = {};
  for (const { operation, amount } of ledger) moved[operation] = (moved[operation] ?? 0) + amount;
  return {
    ...{ order, shipments, returns, refunds, moved },
    proof: proof as unknown as Observed['proof'],
    events: events['events'] as Observed['events'],
    salesStatus: sales['status'],
    commerceStatus: commerce['status'],
  };
}

/** The proof once nothing is unsettled: a webhook may come after the order was idle. */
const settledProof = (apis: PlacingApis, orderId: string): Promise<Record<string, unknown>> =>
  eventually(
    `the proof of order ${orderId} being settled`,
    async () => {
      const proof = await read(apis, orderId, '/proof');
      if (proof['balances'] === 'unsettled') throw new Error(`it is ${JSON.stringify(proof['unsettled'])}`);
      return proof;
    },
    { timeoutMs: 120_000 },
  );

const shown = (
  get: () => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>,
): Promise<Record<string, unknown>> =>
  eventually('an order on another API', async () => {
    const { status, body } = await get();
    return status === 200 ? body : undefined;
  });

const sorted = (units: readonly Units[]): string =>
  units
    .map(({ id, quantity }) => `${id}×${quantity}`)
    .sort()
    .join(' ');

/** The visible state of an order, as comparable text. */
export function outlineOfWorld(world: World): string {
  const isRefunded = (id: string): boolean => world.refunds.some(({ returnId }) => returnId === id);
  return JSON.stringify({
    status: world.status,
    shipments: world.shipments.map((one) => `${one.status} ${sorted(one.units)}`).sort(),
    returns: world.returns
      .map((one) => `${isRefunded(one.id) ? 'refunded' : one.status} ${one.id} ${sorted(one.units)}`)
      .sort(),
    refunds: world.refunds
      .map((one) => `${one.amountMinor} ${one.id} ${one.returnId ?? ''} ${sorted(one.units)}`)
      .sort(),
  });
}

export function outlineOfObserved(observed: Observed, exponent: number): string {
  return JSON.stringify({
    status: observed.order['status'],
    shipments: observed.shipments.map((one) => `${one.status} ${sorted(unitsOf(one))}`).sort(),
    returns: observed.returns.map((one) => `${one.status} ${one.id} ${sorted(unitsOf(one))}`).sort(),
    refunds: observed.refunds
      .filter(({ status }) => status === 'succeeded')
      .map(
        (one) =>
          `${toMinor(one.amount ?? '', exponent)} ${one.id} ${one.return_id ?? ''} ${sorted(unitsOf(one))}`,
      )
      .sort(),
  });
}
