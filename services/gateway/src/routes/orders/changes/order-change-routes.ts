import {
  allowShipment,
  approveReturn,
  cancelFulfillment,
  cancelReturn,
  cancelOrder,
  closeOrder,
  correctFulfillment,
  createCancellation,
  createFulfillment,
  createRefund,
  createReturn,
  declineReturn,
  deliverFulfillment,
  editOrder,
  getOrderProof,
  giveUpOrder,
  listCancellations,
  listFulfillments,
  listOrderInvoices,
  listRefunds,
  listReturns,
  receiveReturn,
  renderCancellation,
  renderChangedOrder,
  renderFulfillment,
  renderOrderInvoice,
  renderOrderProof,
  renderRefund,
  renderReturn,
  resolvePayment,
  retryOrder,
  returnFulfillment,
  toCancel,
  toCancelUnits,
  toCancelReturn,
  toCancelShipment,
  toCorrectShipment,
  toDecideReturn,
  toOrderEdit,
  toReceiveReturn,
  toRefund,
  toRequestReturn,
  toResolvePayment,
  toReturnToSender,
  toShip,
} from '@oms/contracts/http';
import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { OrderParts } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { serve, type ApiRoute } from '../../../http/serve-operation.js';
import {
  change,
  moneyOf,
  read,
  renderPart,
  renderWhole,
  type OrderChangeRoutesDeps,
} from './change-route.js';
import { operationRoute } from './operation-route.js';
import { orderStatusRoute } from './order-status-route.js';

/** The routes that change an order and read its parts on the Orders API. */
export function orderChangeRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  return [
    serve(
      editOrder,
      change(deps, 'edit', ({ body }) => toOrderEdit(body), renderWhole(deps)),
    ),
    serve(
      cancelOrder,
      change(deps, 'cancel', ({ body }) => toCancel(body), renderState),
    ),
    serve(
      closeOrder,
      change(deps, 'close', () => ({}), renderState),
    ),
    ...cancellationRoutes(deps),
    ...fulfillmentRoutes(deps),
    ...returnRoutes(deps),
    ...refundRoutes(deps),
    ...operationRoutes(deps),
    orderStatusRoute(deps),
    operationRoute(deps),
    serve(
      listOrderInvoices,
      read(
        (scope, orderId) => deps.invoices.findOrderInvoices(scope, orderId),
        (invoices) => ({ invoices: invoices.map(renderOrderInvoice) }),
      ),
    ),
    serve(
      getOrderProof,
      read((scope, orderId) => deps.lifecycle.findProof(scope, orderId), renderOrderProof),
    ),
  ];
}

function renderState(orderId: string, answer: ChangeAnswer) {
  return { status: 200 as const, body: renderChangedOrder(orderId, answer) };
}

const partsIn =
  ({ lifecycle }: OrderChangeRoutesDeps) =>
  (scope: TenantScope, orderId: string): Promise<OrderParts | undefined> =>
    lifecycle.findParts(scope, orderId);

/** Renders the part with an id; `undefined` for an unknown id. */
function rendered<Part extends { readonly id: string }, Body>(
  parts: readonly Part[],
  partId: string | undefined,
  render: (part: Part) => Body,
): Body | undefined {
  return parts.filter(({ id }) => id === partId).map(render)[0];
}

function cancellationRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  return [
    serve(
      listCancellations,
      read(partsIn(deps), ({ cancellations, currency }) => ({
        cancellations: cancellations.map((cancelled) => renderCancellation(cancelled, currency.exponent)),
      })),
    ),
    serve(
      createCancellation,
      change(
        ...([deps, 'cancel_units'] as const),
        ({ body }) => toCancelUnits(body),
        renderPart(deps, 201, ({ cancellations, currency }, partId) =>
          rendered(cancellations, partId, (cancelled) => renderCancellation(cancelled, currency.exponent)),
        ),
      ),
    ),
  ];
}

function fulfillmentRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const shipmentOf = ({ shipments }: OrderParts, partId: string | undefined) =>
    rendered(shipments, partId, renderFulfillment);
  return [
    serve(
      listFulfillments,
      read(partsIn(deps), ({ shipments }) => ({ fulfillments: shipments.map(renderFulfillment) })),
    ),
    serve(
      createFulfillment,
      change(deps, 'ship', ({ body }) => toShip(body), renderPart(deps, 201, shipmentOf)),
    ),
    serve(
      deliverFulfillment,
      change(
        ...([deps, 'deliver'] as const),
        ({ params }) => ({ shipmentId: params.fulfillmentID }),
        renderPart(deps, 200, shipmentOf),
      ),
    ),
    serve(
      correctFulfillment,
      change(
        ...([deps, 'correct_shipment'] as const),
        ({ body, params }) => ({ shipmentId: params.fulfillmentID, ...toCorrectShipment(body) }),
        renderPart(deps, 200, shipmentOf),
      ),
    ),
    serve(
      cancelFulfillment,
      change(
        ...([deps, 'cancel_shipment'] as const),
        ({ body, params }) => toCancelShipment(body, params.fulfillmentID),
        renderPart(deps, 200, shipmentOf),
      ),
    ),
    serve(
      returnFulfillment,
      change(
        ...([deps, 'return_to_sender'] as const),
        ({ body, params }) => toReturnToSender(body, params.fulfillmentID),
        renderPart(deps, 200, shipmentOf),
      ),
    ),
  ];
}

function returnRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  const returnOf = ({ returns }: OrderParts, partId: string | undefined) =>
    rendered(returns, partId, renderReturn);
  const decided = renderPart(deps, 200, returnOf);
  return [
    serve(
      listReturns,
      read(partsIn(deps), ({ returns }) => ({ returns: returns.map(renderReturn) })),
    ),
    serve(
      createReturn,
      change(deps, 'request_return', ({ body }) => toRequestReturn(body), renderPart(deps, 201, returnOf)),
    ),
    serve(
      approveReturn,
      change(
        deps,
        'decide_return',
        ({ body, params }) => toDecideReturn(body, params.returnID, true),
        decided,
      ),
    ),
    serve(
      declineReturn,
      change(
        deps,
        'decide_return',
        ({ body, params }) => toDecideReturn(body, params.returnID, false),
        decided,
      ),
    ),
    serve(
      receiveReturn,
      change(deps, 'receive_return', ({ body, params }) => toReceiveReturn(body, params.returnID), decided),
    ),
    serve(
      cancelReturn,
      change(deps, 'cancel_return', ({ body, params }) => toCancelReturn(body, params.returnID), decided),
    ),
  ];
}

/** The interventions of operators in an order that waits. Each is recorded with the operator's name. */
function operationRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  return [
    serve(
      retryOrder,
      change(deps, 'retry', ({ body }, { subject }) => ({ by: subject, reason: body.reason }), renderState),
    ),
    serve(
      giveUpOrder,
      change(deps, 'give_up', ({ body }, { subject }) => ({ by: subject, reason: body.reason }), renderState),
    ),
    serve(
      allowShipment,
      change(
        deps,
        'allow_shipment',
        ({ body }, { subject }) => ({ by: subject, reason: body.reason }),
        renderState,
      ),
    ),
    serve(
      resolvePayment,
      change(
        deps,
        'resolve_payment',
        async ({ body, params }, { scope, subject }) => {
          const { currency } = await moneyOf(deps, scope, params.orderID);
          return toResolvePayment(body, subject, currency.exponent);
        },
        renderState,
      ),
    ),
  ];
}

function refundRoutes(deps: OrderChangeRoutesDeps): readonly ApiRoute[] {
  return [
    serve(
      listRefunds,
      read(partsIn(deps), ({ refunds, currency }) => ({
        refunds: refunds.map((refund) => renderRefund(refund, currency.exponent)),
      })),
    ),
    serve(
      createRefund,
      change(
        deps,
        'refund',
        async ({ body, params }, { scope }) => {
          const { currency, moneyStepMinor } = await moneyOf(deps, scope, params.orderID);
          return toRefund(body, currency, moneyStepMinor);
        },
        renderPart(deps, 201, ({ refunds, currency }, partId) =>
          rendered(refunds, partId, (refund) => renderRefund(refund, currency.exponent)),
        ),
      ),
    ),
  ];
}
