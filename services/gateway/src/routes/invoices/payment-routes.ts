import { hashOf, parseListPayments, parseRecordPayment, renderSalesPayment } from '@oms/contracts/http';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import type { ApiRoute } from '../../http/api-routes.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';

/** Money that was received for invoices. */
export function paymentRoutes(base: string, deps: SalesRoutesDeps): readonly ApiRoute[] {
  const path = `${base}/payments`;
  return [
    { method: 'GET', path, permission: Permission.InvoicesRead, handle: listPaymentsHandler(deps) },
    { method: 'POST', path, permission: Permission.InvoicesWrite, handle: recordPaymentHandler(deps) },
  ];
}

function listPaymentsHandler({ invoices }: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, { scope }) => {
    const query = parseListPayments(request.query);
    const { payments, hasMore } = await invoices.listPayments(scope, query);
    const { limit, offset } = query;
    return {
      status: 200,
      body: { payments: payments.map(renderSalesPayment), limit, offset, has_more: hasMore },
    };
  };
}

/**
 * `POST /api/v1/sales/payments`: 201 with the payment, 200 where it was recorded before under its reference; 404 for
 * an unknown invoice; 422 for more than is due or another currency.
 */
function recordPaymentHandler({ commands, invoices }: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const payment = parseRecordPayment(request.body);
    await refuseAbsent(() => invoices.findInvoice(principal.scope, payment.invoiceId), 'invoice');
    return askForCommand(
      commands,
      request,
      principal,
      { kind: 'record_payment', requestHash: hashOf(payment), requestOf: () => payment },
      async ({ paymentId }, wasDone) => {
        const recorded = await invoices.findPayment(principal.scope, paymentId);
        if (!recorded) throw new Error(`payment ${paymentId} was recorded and is not there`);
        const body = renderSalesPayment(recorded);
        if (!wasDone) return { status: 201, body };
        return { status: 200, headers: { 'Idempotent-Replayed': 'true' }, body };
      },
    );
  };
}
