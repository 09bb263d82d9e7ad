import { salesOrderId } from '@oms/contracts/http';
import { FailureType, orderChangeUpdates, orderWorkflowId, type ChangeAnswer } from '@oms/contracts/temporal';
import { formatAmountMinor, type Refusal, type OrderCommandType } from '@oms/domain';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import type { ApiResponse } from '../harness/api-client.js';
import type { SalesClient } from '../harness/sales-client.js';
import type { StackClient } from '../harness/test-stack.js';
import type { Answer } from './judge.js';
import type { LifeStock } from './life-stock.js';
import type { ChangingApi } from './life-script.js';
import type { Command, ConditionedUnits, Units } from './world.js';

/** The APIs that commands are sent to. */
export interface LifeApis {
  readonly stack: StackClient;
  readonly sales: SalesClient;
  readonly stock: LifeStock;
}

export interface OrderToChange {
  readonly orderId: string;
  readonly exponent: number;
}

/** The outcome of the command is unknown. It is retried under its key. */
export const unknown = 'unknown';

/**
 * The API for a command: the wanted one, or a replacement if it lacks the command. A refund or a cancellation of units goes to
 * the Orders API, because the answer to an Update lacks the refunded amount.
 */
export function apiFor(command: Command, wanted: ChangingApi): ChangingApi {
  switch (command.type) {
    case 'edit':
      return command.lines === undefined && wanted === 'temporal' ? 'temporal' : 'sales';
    case 'confirm':
    case 'process':
      return wanted === 'temporal' ? 'temporal' : 'sales';
    case 'ship':
      return command.units !== undefined && wanted === 'sales' ? 'oms' : wanted;
    case 'deliver':
      if (command.shipmentId === undefined) return wanted === 'oms' ? 'sales' : wanted;
      return wanted === 'sales' ? 'oms' : wanted;
    case 'cancel':
    case 'close':
      return wanted;
    case 'cancel_units':
      return 'oms';
    case 'refund':
      return command.amountMinor === undefined || wanted === 'sales' ? 'oms' : wanted;
    default:
      return wanted === 'sales' ? 'oms' : wanted;
  }
}

/** Sends a command. `words` change the body on APIs with a field for text. */
export async function send(
  apis: LifeApis,
  order: OrderToChange,
  api: ChangingApi,
  command: Command,
  {
    key,
    words = 'a life',
    refusals = 0,
  }: { readonly key: string; readonly words?: string; readonly refusals?: number },
): Promise<Answer | typeof unknown> {
  try {
    if (api === 'temporal') return await sendUpdate(apis, order, command, { key, refusals });
    const response =
      api === 'oms'
        ? await sendToOms(apis, order, command, { key, words })
        : await sendToSales(apis, order, command, { key, words });
    return answerOf(response, command, order.exponent);
  } catch (error) {
    if (error instanceof TypeError) return unknown; // The gateway is down, or went down during the request.
    throw error;
  }
}

const items = (units: readonly Units[]) => units.map(({ id, quantity }) => ({ item_id: id, quantity }));

const itemsByCondition = (units: readonly ConditionedUnits[] | undefined) =>
  units ? { items: units.map(({ id, ...unit }) => ({ item_id: id, ...unit })) } : {};

function sendToOms(
  { stack }: LifeApis,
  { orderId, exponent }: OrderToChange,
  command: Command,
  { key, words }: { readonly key: string; readonly words: string },
): Promise<ApiResponse> {
  const request = (method: 'POST' | 'PATCH', path: string, body: object): Promise<ApiResponse> =>
    stack.api.request(method, `/api/v1/oms/orders/${orderId}${path}`, body, { 'idempotency-key': key });
  const post = (path: string, body: object = {}): Promise<ApiResponse> => request('POST', path, body);
  switch (command.type) {
    case 'cancel':
      return post('/cancel', { reason: words });
    case 'close':
      return post('/close');
    case 'ship':
      return post('/fulfillments', {
        carrier: words,
        ...(command.units ? { items: items(command.units) } : {}),
      });
    case 'cancel_units':
      return post('/cancellations', { items: items(command.units), reason: words });
    case 'deliver':
      return post(`/fulfillments/${command.shipmentId ?? ''}/deliver`);
    case 'correct_shipment':
      return request('PATCH', `/fulfillments/${command.shipmentId}`, { carrier: words });
    case 'cancel_shipment':
      return post(`/fulfillments/${command.shipmentId}/cancel`, { reason: words });
    case 'return_to_sender':
      return post(`/fulfillments/${command.shipmentId}/return-to-sender`, {
        ...itemsByCondition(command.units),
        reason: words,
      });
    case 'request_return':
      return post('/returns', { items: items(command.units), reason: words });
    case 'decide_return':
      return post(`/returns/${command.returnId}/${command.isApproved ? 'approve' : 'decline'}`, {
        reason: words,
      });
    case 'receive_return':
      return post(`/returns/${command.returnId}/receive`, itemsByCondition(command.units));
    case 'cancel_return':
      return post(`/returns/${command.returnId}/cancel`, { reason: words });
    case 'refund': {
      const { amountMinor, units, returnId } = command;
      return post('/refunds', {
        ...(amountMinor === undefined ? {} : { amount: formatAmountMinor(amountMinor, exponent) }),
        ...(units ? { items: items(units) } : {}),
        ...(returnId === undefined ? {} : { return_id: returnId }),
        ...(amountMinor === undefined && !units && returnId === undefined ? { all: true } : {}),
        reason: words,
      });
    }
    default:
      throw new Error(`the Orders API has no ${command.type}`);
  }
}

function sendToSales(
  { sales, stock }: LifeApis,
  { orderId, exponent }: OrderToChange,
  command: Command,
  { key, words }: { readonly key: string; readonly words: string },
): Promise<ApiResponse> {
  const id = salesOrderId(orderId);
  switch (command.type) {
    case 'edit':
      return sales.patch(
        `/orders/${id}`,
        {
          shipping_amount: formatAmountMinor(command.shippingMinor, exponent),
          ...(command.lines
            ? { line_items: command.lines.map((line) => salesLine(stock, line, exponent)) }
            : {}),
        },
        key,
      );
    case 'confirm':
      return sales.status(id, { status: 'confirmed' }, key);
    case 'process':
      return sales.status(id, { status: 'processing' }, key);
    case 'ship':
      return sales.status(id, { status: 'shipped', tracking_number: '1Z', carrier: words }, key);
    case 'deliver':
      return sales.status(id, { status: 'delivered' }, key);
    case 'close':
      return sales.status(id, { status: 'closed' }, key);
    case 'cancel':
      return sales.status(id, { status: 'cancelled', reason: words }, key);
    default:
      throw new Error(`the Sales API has no ${command.type}`);
  }
}

/** A line in the format of the Sales API. */
export function salesLine(
  stock: LifeStock,
  line: { readonly variantId?: string; readonly quantity: number; readonly priceMinor: number },
  exponent: number,
) {
  const variant = stock.find(line.variantId ?? '');
  return {
    product_id: variant.productId,
    variant_id: variant.salesVariantId,
    quantity: line.quantity,
    unit_price: formatAmountMinor(line.priceMinor, exponent),
  };
}

/** The commands that make a part of the order. */
const partMakers: readonly Command['type'][] = ['ship', 'cancel_units', 'request_return', 'refund'];

const notPaid = 'the order could not be confirmed and is cancelled';

function answerOf(
  { status, body, headers }: ApiResponse,
  command: Command,
  exponent: number,
): Answer | typeof unknown {
  if (status === 202 || status >= 500) return unknown;
  const isReplay = headers.get('idempotent-replayed') === 'true';
  const words = String(body['error']);
  if (command.type === 'confirm' && words.startsWith(notPaid)) {
    return { kind: 'applied', isCancelled: true, isReplay };
  }
  if (status >= 400) return { kind: 'refused', words: `${status} ${words}` };
  const isPart = partMakers.includes(command.type) && 'items' in body;
  const hasAmount = command.type === 'refund' || command.type === 'cancel_units';
  const refundId = command.type === 'cancel_units' ? body['refund_id'] : null;
  return {
    kind: 'applied',
    isReplay,
    ...(isPart ? { partId: String(body['id']) } : {}),
    ...(hasAmount ? { amountMinor: toMinor(String(body['amount']), exponent) } : {}),
    ...(typeof refundId === 'string' ? { refundId } : {}),
  };
}

/** Parses an amount of the APIs into minor units. */
export function toMinor(amount: string, exponent: number): number {
  return Math.round(Number(amount) * 10 ** exponent);
}

const types = {
  edit: 'edit',
  confirm: 'confirm',
  process: 'start_processing',
  cancel: 'cancel',
  close: 'close',
  ship: 'ship',
  cancel_units: 'cancel_units',
  deliver: 'deliver',
  correct_shipment: 'correct_shipment',
  cancel_shipment: 'cancel_shipment',
  return_to_sender: 'return_to_sender',
  request_return: 'request_return',
  decide_return: 'decide_return',
  receive_return: 'receive_return',
  cancel_return: 'cancel_return',
  refund: 'refund',
} as const satisfies Record<Command['type'], OrderCommandType>;

async function sendUpdate(
  { stack }: LifeApis,
  { orderId }: OrderToChange,
  command: Command,
  { key, refusals }: { readonly key: string; readonly refusals: number },
): Promise<Answer | typeof unknown> {
  try {
    const answer = await stack.temporal.withDeadline(Date.now() + 10_000, () =>
      stack.temporal.workflow
        .getHandle(orderWorkflowId(orderId))
        .executeUpdate<ChangeAnswer, [object]>(orderChangeUpdates[types[command.type]].name, {
          updateId: refusals === 0 ? key : `${key}/${refusals}`,
          args: [{ ...requestOf(command), commandId: key }],
        }),
    );
    const isPart = partMakers.includes(command.type);
    return {
      kind: 'applied',
      isReplay: false,
      ...(isPart && answer.partId !== undefined ? { partId: answer.partId } : {}),
      ...(command.type === 'confirm' && answer.status === 'cancelled' ? { isCancelled: true } : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return { kind: 'refused', words: 'the workflow has ended', isEnded: true };
    }
    if (!(error instanceof WorkflowUpdateFailedError)) return unknown;
    const { cause } = error;
    if (!(cause instanceof ApplicationFailure) || cause.type !== FailureType.ChangeRefused) throw error;
    const [refusal] = (cause.details ?? []) as Refusal[];
    return { kind: 'refused', words: `${refusal?.code ?? ''} ${cause.message}` };
  }
}

const lines = (units: readonly Units[]) => units.map(({ id, quantity }) => ({ lineId: id, quantity }));

const unitsByCondition = (units: readonly ConditionedUnits[] | undefined) =>
  units ? { units: units.map(({ id, ...unit }) => ({ lineId: id, ...unit })) } : {};

/** The argument of a command's Update. */
function requestOf(command: Command): object {
  switch (command.type) {
    case 'edit':
      return { shippingMinor: command.shippingMinor };
    case 'ship': {
      const { units, startsProcessing } = command;
      return { startsProcessing, carrier: 'UPS', ...(units ? { lines: lines(units) } : {}) };
    }
    case 'deliver':
      return command.shipmentId === undefined ? {} : { shipmentId: command.shipmentId };
    case 'correct_shipment':
      return { shipmentId: command.shipmentId, carrier: 'UPS' };
    case 'cancel_shipment':
      return { shipmentId: command.shipmentId };
    case 'return_to_sender':
      return { shipmentId: command.shipmentId, ...unitsByCondition(command.units) };
    case 'request_return':
      return { lines: lines(command.units) };
    case 'decide_return':
      return { returnId: command.returnId, isApproved: command.isApproved };
    case 'receive_return':
      return { returnId: command.returnId, ...unitsByCondition(command.units) };
    case 'cancel_return':
      return { returnId: command.returnId };
    case 'refund':
      return command.amountMinor === undefined ? { all: true } : { amountMinor: command.amountMinor };
    default:
      return {};
  }
}
