import type { CommerceReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

/** The tracking number of the order's newest shipment that has one. */
export async function trackingNumberOf(
  commerce: Pick<CommerceReader, 'findTrackingNumbers'>,
  scope: TenantScope,
  orderId: string,
): Promise<string | undefined> {
  return (await commerce.findTrackingNumbers(scope, [orderId])).get(orderId);
}
