import {
  operationPaths,
  parseCancelOrder,
  parseCreateFulfillment,
  parseCreateRefund,
  parseCreateReturn,
  parseDecideReturn,
  parseNoBody,
  parseOperation,
  parseOrderId,
  parsePartId,
  parseReceiveReturn,
  parseResolvePayment,
  renderChangedOrder,
  renderFulfillment,
  renderOrderInvoice,
  renderOrderProof,
  renderRefund,
  renderReturn,
} from '@oms/contracts/http';
import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { OrderParts } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { Permission } from '../../../auth/permission.js';
import type { ApiRoute } from '../../../http/api-routes.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import { changeRoute, partsOf, readRoute, renderPart, type OrderChangeRoutesDeps } from './change-route.js';
import { orderStatusRoute } from './order-status-route.js';

/** What the Orders API can do with an order once it is placed. */
export function orderChangeRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const { life } = deps;
  return [
    changeRoute(deps, '/cancel', {
      type: 'cancel',
      parse: ({ body }) => parseCancelOrder(body),
      render: renderState,
    }),
    changeRoute(deps, '/close', {
      type: 'close',
      parse: ({ body }) => parseNoBody(body),
      render: renderState,
    }),
    ...fulfillmentRoutes(deps),
    ...returnRoutes(deps),
    ...refundRoutes(deps),
    ...operationRoutes(deps),
    orderStatusRoute(deps),
    readRoute(
      '/invoices',
      (scope, orderId) => deps.invoices.findOrderInvoices(scope, orderId),
      (invoices) => ({ invoices: invoices.map(renderOrderInvoice) }),
      Permission.InvoicesRead,
    ),
    readRoute('/proof', (scope, orderId) => life.findProof(scope, orderId), renderOrderProof),
  ];
}

function renderState(orderId: string, answer: ChangeAnswer): HttpResponse {
  return { status: 200, body: renderChangedOrder(orderId, answer) };
}

const partsIn =
  ({ life }: OrderChangeRoutesDeps) =>
  (scope: TenantScope, orderId: string): Promise<OrderParts | undefined> =>
    life.findParts(scope, orderId);

function fulfillmentRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const path = '/fulfillments';
  return [
    readRoute(path, partsIn(deps), ({ shipments }) => ({
      fulfillments: shipments.map(renderFulfillment),
    })),
    changeRoute(deps, path, {
      type: 'ship',
      parse: ({ body }) => parseCreateFulfillment(body),
      render: renderPart(deps, 'shipments', 201),
    }),
    changeRoute(deps, `${path}/:fulfillmentID/deliver`, {
      type: 'deliver',
      parse: ({ body, params }) => ({
        ...parseNoBody(body),
        shipmentId: parsePartId('fulfillmentID', params['fulfillmentID']),
      }),
      render: renderPart(deps, 'shipments', 200),
    }),
  ];
}

function returnRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const path = '/returns';
  const idOf = ({ params }: ApiRequest): string => parsePartId('returnID', params['returnID']);
  const decision = { permission: Permission.ReturnsWrite, render: renderPart(deps, 'returns', 200) } as const;
  return [
    readRoute(path, partsIn(deps), ({ returns }) => ({ returns: returns.map(renderReturn) })),
    changeRoute(deps, path, {
      type: 'request_return',
      parse: ({ body }) => parseCreateReturn(body),
      render: renderPart(deps, 'returns', 201),
    }),
    changeRoute(deps, `${path}/:returnID/approve`, {
      type: 'decide_return',
      parse: (request) => parseDecideReturn(request.body, idOf(request), true),
      ...decision,
    }),
    changeRoute(deps, `${path}/:returnID/decline`, {
      type: 'decide_return',
      parse: (request) => parseDecideReturn(request.body, idOf(request), false),
      ...decision,
    }),
    changeRoute(deps, `${path}/:returnID/receive`, {
      type: 'receive_return',
      parse: (request) => parseReceiveReturn(request.body, idOf(request)),
      ...decision,
    }),
  ];
}

/** What operators do about an order that waits, in their own name. */
function operationRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const operation = { permission: Permission.OrdersOperate, render: renderState } as const;
  return [
    changeRoute(deps, operationPaths.retry, {
      type: 'retry',
      parse: ({ body }, { subject }) => parseOperation(body, subject),
      ...operation,
    }),
    changeRoute(deps, operationPaths.give_up, {
      type: 'give_up',
      parse: ({ body }, { subject }) => parseOperation(body, subject),
      ...operation,
    }),
    changeRoute(deps, operationPaths.resolve_payment, {
      type: 'resolve_payment',
      parse: async ({ body, params }, { scope, subject }) => {
        const { currencyExponent } = await partsOf(deps.life, scope, parseOrderId(params['orderID']));
        return parseResolvePayment(body, subject, currencyExponent);
      },
      ...operation,
    }),
  ];
}

function refundRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const path = '/refunds';
  return [
    readRoute(path, partsIn(deps), ({ refunds, currencyExponent }) => ({
      refunds: refunds.map((refund) => renderRefund(refund, currencyExponent)),
    })),
    changeRoute(deps, path, {
      type: 'refund',
      permission: Permission.RefundsWrite,
      parse: async ({ body, params }, { scope }) => {
        const { currencyExponent } = await partsOf(deps.life, scope, parseOrderId(params['orderID']));
        return parseCreateRefund(body, currencyExponent);
      },
      render: renderPart(deps, 'refunds', 201),
    }),
  ];
}
