import type { ChangeAnswer } from '@oms/contracts/temporal';
import { isPassingFault } from '@oms/database';
import { notFound, RefusedError, type Invoice, type InvoiceCommandType, type TenantScope } from '@oms/domain';

import type { Principal } from '../../auth/principal.js';
import { notNow } from '../../commands/command-runner.js';
import type { HttpResponse } from '../../http/http-response.js';
import type { AskedOf } from '../../temporal/order-changer.js';
import { askForChange } from '../orders/changes/ask-for-change.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';

/** @throws RefusedError `NOT_FOUND` */
export async function findInvoice(
  { invoices }: Pick<SalesRoutesDeps, 'invoices'>,
  scope: TenantScope,
  invoiceId: string,
): Promise<Invoice> {
  const invoice = await invoices.findInvoice(scope, invoiceId);
  if (!invoice) throw new RefusedError(notFound('invoice'));
  return invoice;
}

/**
 * Asks the invoice's order to change the invoice. Renders the result, or 202 while the order is not done with the
 * change.
 *
 * @throws RefusedError for an unknown invoice, and for a refused change
 * @throws HttpRefusal 503 while the database is away; nothing was changed
 */
export async function askForInvoiceChange<Type extends InvoiceCommandType, Answer extends HttpResponse>(
  deps: SalesRoutesDeps,
  keyed: { readonly idempotencyKey?: string },
  principal: Principal,
  { type, request }: { readonly type: Type; readonly request: AskedOf<Type> },
  render: (answer: ChangeAnswer) => Answer | Promise<Answer>,
) {
  const { orderId } = await findToChange(deps, principal.scope, request.invoiceId);
  return askForChange(
    ...([deps.changer, keyed, principal, { orderId, type, request }, render] as const),
    () => ({ status: 202 as const, body: { status: 'accepted' as const } }),
  );
}

async function findToChange(deps: SalesRoutesDeps, scope: TenantScope, invoiceId: string): Promise<Invoice> {
  try {
    return await findInvoice(deps, scope, invoiceId);
  } catch (error) {
    throw isPassingFault(error) ? notNow(error) : error;
  }
}
