import { renderAcceptedOrder } from '@oms/contracts/http';
import { DomainError, type TenantScope } from '@oms/domain';

import type { HttpResponse } from '../../http/http-response.js';
import type { AcceptedOrders } from '../../temporal/accepted-orders.js';

/**
 * Reads something of one order from the database. Where the database does not know the order, or does not answer, an
 * order that was accepted and is not yet recorded is a 202, so that no client loses sight of it.
 *
 * @param read `undefined` where there is no such order
 * @throws DomainError `order_not_found`, only when both the database and Temporal say so; whatever the database threw
 *   when the order is not known to be waiting
 */
export async function readUnlessAccepted<Found>(
  { accepted, scope, orderId }: { accepted: AcceptedOrders; scope: TenantScope; orderId: string },
  read: () => Promise<Found | undefined>,
  render: (found: Found) => HttpResponse,
  renderAccepted: (orderId: string) => unknown = renderAcceptedOrder,
): Promise<HttpResponse> {
  const first = await settled(read);
  if (first.found !== undefined) return render(first.found);

  const acceptance = await accepted.find(scope, orderId).catch((error: unknown) => {
    throw first.failed ? first.error : error;
  });
  if (acceptance === 'accepted') return { status: 202, body: renderAccepted(orderId) };
  if (first.failed) throw first.error;
  if (acceptance === 'recorded') {
    // Recorded after the first look.
    const second = await read();
    if (second !== undefined) return render(second);
  }
  throw new DomainError('order_not_found', 'there is no such order');
}

async function settled<Found>(read: () => Promise<Found | undefined>) {
  try {
    return { failed: false as const, found: await read() };
  } catch (error) {
    return { failed: true as const, error, found: undefined };
  }
}
