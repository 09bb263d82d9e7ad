import { renderAcceptedChange, renderOrder } from '@oms/contracts/http';
import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { InvoiceReader, OrderLifecycleReader, OrderMoney, OrderParts, OrderReader } from '@oms/database';
import { notFound, RefusedError, type OrderCommandType, type TenantScope } from '@oms/domain';

import type { Principal } from '../../../auth/principal.js';
import type { HttpResponse } from '../../../http/http-response.js';
import type { AcceptedOrders } from '../../../temporal/accepted-orders.js';
import type { OrderChanger } from '../../../temporal/order-changer.js';
import type { OrderProgressReader } from '../../../temporal/order-progress-reader.js';
import { askForChange, type WantedChange } from './ask-for-change.js';
import type { OperationRouteDeps } from './operation-route.js';

export interface OrderChangeRoutesDeps extends OperationRouteDeps {
  readonly changer: OrderChanger;
  readonly orders: OrderReader;
  readonly lifecycle: OrderLifecycleReader;
  readonly invoices: InvoiceReader;
  readonly accepted: AcceptedOrders;
  readonly progress: OrderProgressReader;
}

/** A parsed request about one order. */
interface OrderInput {
  readonly params: { readonly orderID: string };
  readonly idempotencyKey?: string;
}

type ParsedRequest<Type extends OrderCommandType> = WantedChange<Type>['request'];
type Render<Answer extends HttpResponse> = (
  orderId: string,
  answer: ChangeAnswer,
  scope: TenantScope,
) => Answer | Promise<Answer>;

/**
 * Makes the handler of an operation that changes an order.
 *
 * @param toRequest makes the request of the change from the parsed input
 */
export function change<Type extends OrderCommandType, Input extends OrderInput, Answer extends HttpResponse>(
  { changer }: OrderChangeRoutesDeps,
  type: Type,
  toRequest: (input: Input, principal: Principal) => ParsedRequest<Type> | Promise<ParsedRequest<Type>>,
  render: Render<Answer>,
) {
  return async (input: Input, principal: Principal) => {
    const orderId = input.params.orderID;
    const wanted = { orderId, type, request: await toRequest(input, principal) };
    return askForChange(
      ...([changer, input, principal, wanted] as const),
      (answer) => render(orderId, answer, principal.scope),
      () => ({ status: 202 as const, body: renderAcceptedChange(orderId) }),
    );
  };
}

/**
 * Makes the handler of a read of one order. An absent order is refused with `NOT_FOUND`.
 *
 * @param find resolves with `undefined` for an absent order
 */
export function read<Found, Body>(
  find: (scope: TenantScope, orderId: string, principal: Principal) => Promise<Found | undefined>,
  render: (found: Found) => Body,
) {
  return async (input: OrderInput, principal: Principal) => {
    const found = await find(principal.scope, input.params.orderID, principal);
    if (found === undefined) throw orderNotFound();
    return { status: 200 as const, body: render(found) };
  };
}

/**
 * Reads the form of an order's amounts, which the amounts of a request have.
 *
 * @throws RefusedError `NOT_FOUND`
 */
export async function moneyOf(
  { lifecycle }: Pick<OrderChangeRoutesDeps, 'lifecycle'>,
  scope: TenantScope,
  orderId: string,
): Promise<OrderMoney> {
  const money = await lifecycle.findMoney(scope, orderId);
  if (!money) throw orderNotFound();
  return money;
}

const orderNotFound = (): RefusedError => new RefusedError(notFound('order'));

/** Makes a renderer of the whole order, as it is after a change. */
export function renderWhole({ orders }: OrderChangeRoutesDeps) {
  return async (orderId: string, _: ChangeAnswer, scope: TenantScope) => {
    const order = await orders.findOrder(scope, orderId);
    if (!order) throw orderNotFound();
    return { status: 200 as const, body: renderOrder(order) };
  };
}

/**
 * Makes a renderer of the shipment, return or refund that a change concerned.
 *
 * @param status 201 for a change that creates it
 */
export function renderPart<const Status extends 200 | 201, Body>(
  { lifecycle }: OrderChangeRoutesDeps,
  status: Status,
  find: (parts: OrderParts, partId: string | undefined) => Body | undefined,
) {
  return async (orderId: string, { partId }: ChangeAnswer, scope: TenantScope) => {
    const parts = await lifecycle.findParts(scope, orderId);
    const body = parts && find(parts, partId);
    if (body === undefined) throw new Error(`order ${orderId} has no part ${partId ?? ''}`);
    return { status, body };
  };
}
