import { renderAcceptedOrder } from '@oms/contracts/http';
import { DomainError, type CancellationReason, type TenantScope } from '@oms/domain';

import type { HttpResponse } from '../../http/http-response.js';
import type { AcceptedOrders } from '../../temporal/accepted-orders.js';

/**
 * Reads something of one order from the database. Where the database does not know the order, or does not answer, an
 * order that was accepted and is not yet recorded is a 202, so that no client loses sight of it.
 *
 * @param read `undefined` where there is no such order
 * @throws DomainError `order_not_found`, only when both the database and Temporal say so, or where the order ended before
 *   it was recorded; whatever the database threw when the order is not known to be waiting
 */
export async function readUnlessAccepted<Found>(
  { accepted, scope, orderId }: { accepted: AcceptedOrders; scope: TenantScope; orderId: string },
  read: () => Promise<Found | undefined>,
  render: (found: Found) => HttpResponse,
  renderAccepted: (orderId: string, cancelledFor?: CancellationReason) => unknown = renderAcceptedOrder,
): Promise<HttpResponse> {
  const first = await settled(read);
  if (first.found !== undefined) return render(first.found);

  const acceptance = await accepted.find(scope, orderId).catch((error: unknown) => {
    throw first.failed ? first.error : error;
  });
  if (acceptance.kind === 'accepted') {
    return { status: 202, body: renderAccepted(orderId, acceptance.cancellationReason) };
  }
  if (acceptance.kind === 'unrecorded') throw unrecorded(acceptance.cancellationReason);
  if (first.failed) throw first.error;
  if (acceptance.kind === 'recorded') {
    // Recorded after the first look.
    const second = await read();
    if (second !== undefined) return render(second);
  }
  throw new DomainError('order_not_found', 'there is no such order');
}

function unrecorded(reason: CancellationReason): DomainError {
  return new DomainError(
    'order_not_found',
    `the order was cancelled before it was recorded: ${reason}; nothing was done for it`,
  );
}

async function settled<Found>(read: () => Promise<Found | undefined>) {
  try {
    return { failed: false as const, found: await read() };
  } catch (error) {
    return { failed: true as const, error, found: undefined };
  }
}
