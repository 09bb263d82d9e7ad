import {
  listSalesPayments,
  paymentCursor,
  recordPayment,
  renderSalesPayment,
  toListPayments,
  toRecordPayment,
} from '@oms/contracts/http';

import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';
import { askForInvoiceChange } from './ask-for-invoice-change.js';

/** The routes of payments: money that was received for invoices. */
export function paymentRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listSalesPayments, listPaymentsHandler(deps)),
    serve(recordPayment, recordPaymentHandler(deps)),
  ];
}

function listPaymentsHandler({ invoices }: SalesRoutesDeps): Handler<typeof listSalesPayments> {
  return async (input, { scope }) => {
    const query = toListPayments(input.query);
    const { payments, hasMore } = await invoices.listPayments(scope, query);
    const last = hasMore ? payments.at(-1) : undefined;
    return {
      status: 200,
      body: {
        payments: payments.map(renderSalesPayment),
        limit: query.limit,
        next_cursor: last ? paymentCursor(last) : null,
      },
    };
  };
}

/**
 * `POST /api/v1/sales/payments`: 201 with the payment; 200 if its reference was recorded before; 404 for an unknown
 * invoice; 422 for more than the amount due, or another currency.
 */
function recordPaymentHandler(deps: SalesRoutesDeps): Handler<typeof recordPayment> {
  return async (input, principal) => {
    const change = { type: 'record_payment', request: toRecordPayment(input.body) } as const;
    return askForInvoiceChange(
      deps,
      input,
      principal,
      change,
      async ({ partId: paymentId = '', wasDone }) => {
        const recorded = await deps.invoices.findPayment(principal.scope, paymentId);
        if (!recorded) throw new Error(`payment ${paymentId} was recorded and is not there`);
        const body = renderSalesPayment(recorded);
        if (!wasDone) return { status: 201, body };
        return { status: 200, headers: { 'Idempotent-Replayed': 'true' }, body };
      },
    );
  };
}
