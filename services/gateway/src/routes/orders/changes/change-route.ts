import { parseOrderId, renderFulfillment, renderRefund, renderReturn } from '@oms/contracts/http';
import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { InvoiceReader, OrderLifeReader, OrderParts } from '@oms/database';
import { DomainError, type OrderCommandType, type TenantScope } from '@oms/domain';

import { Permission } from '../../../auth/permission.js';
import type { Principal } from '../../../auth/principal.js';
import type { ApiRoute } from '../../../http/api-routes.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import type { AcceptedOrders } from '../../../temporal/accepted-orders.js';
import type { OrderChanger } from '../../../temporal/order-changer.js';
import type { OrderProgressReader } from '../../../temporal/order-progress-reader.js';
import { askForChange, type WantedChange } from './ask-for-change.js';

export interface OrderChangeRoutesDeps {
  readonly changer: OrderChanger;
  readonly life: OrderLifeReader;
  readonly invoices: InvoiceReader;
  readonly accepted: AcceptedOrders;
  readonly progress: OrderProgressReader;
}

const order = '/api/v1/oms/orders/:orderID';

export type ParsedRequest<Type extends OrderCommandType> = WantedChange<Type>['request'];

/** What a change is, how its request is read, and how its answer is rendered. */
export interface ChangeRoute<Type extends OrderCommandType> {
  readonly type: Type;
  readonly parse: (
    request: ApiRequest,
    principal: Principal,
  ) => ParsedRequest<Type> | Promise<ParsedRequest<Type>>;
  /** What it needs beside reading; usually `orders:write`. */
  readonly permission?: Permission;
  readonly render: (
    orderId: string,
    answer: ChangeAnswer,
    scope: TenantScope,
  ) => HttpResponse | Promise<HttpResponse>;
}

/** A POST below an order that asks for a change. */
export function changeRoute<Type extends OrderCommandType>(
  { changer }: OrderChangeRoutesDeps,
  path: string,
  { type, parse, render, permission = Permission.OrdersWrite }: ChangeRoute<Type>,
): ApiRoute {
  return {
    method: 'POST',
    path: `${order}${path}`,
    permission,
    async handle(request, principal) {
      const orderId = parseOrderId(request.params['orderID']);
      const wanted = { orderId, type, request: await parse(request, principal) };
      return askForChange(changer, request, principal, wanted, (answer) =>
        render(orderId, answer, principal.scope),
      );
    },
  };
}

/** A GET below an order. `find` is told whose order it is and who asks, and finds `undefined` where there is none. */
export function readRoute<Found>(
  path: string,
  find: (scope: TenantScope, orderId: string, principal: Principal) => Promise<Found | undefined>,
  render: (found: Found) => object,
  permission: Permission = Permission.OrdersRead,
): ApiRoute {
  return {
    method: 'GET',
    path: `${order}${path}`,
    permission,
    async handle(request, principal) {
      const found = await find(principal.scope, parseOrderId(request.params['orderID']), principal);
      if (found === undefined) throw orderNotFound();
      return { status: 200, body: render(found) };
    },
  };
}

/** @throws DomainError `order_not_found` */
export async function partsOf(
  life: OrderLifeReader,
  scope: TenantScope,
  orderId: string,
): Promise<OrderParts> {
  const parts = await life.findParts(scope, orderId);
  if (!parts) throw orderNotFound();
  return parts;
}

const orderNotFound = (): DomainError => new DomainError('order_not_found', 'there is no such order');

/** Renders the shipment, return or refund that a change was about. */
export function renderPart(
  { life }: OrderChangeRoutesDeps,
  list: 'shipments' | 'returns' | 'refunds',
  status: number,
): ChangeRoute<OrderCommandType>['render'] {
  return async (orderId, { partId }, scope) => {
    const parts = await partsOf(life, scope, orderId);
    const isIt = ({ id }: { readonly id: string }): boolean => id === partId;
    const [body] = {
      shipments: parts.shipments.filter(isIt).map(renderFulfillment),
      returns: parts.returns.filter(isIt).map(renderReturn),
      refunds: parts.refunds.filter(isIt).map((refund) => renderRefund(refund, parts.currencyExponent)),
    }[list];
    if (!body) throw new Error(`order ${orderId} has no part ${partId ?? ''}`);
    return { status, body };
  };
}
