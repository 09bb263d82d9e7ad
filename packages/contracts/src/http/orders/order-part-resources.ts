import type { OrderStatus, PaymentStatus, ReceivedLine, ReturnStatus, ShipmentStatus } from '@oms/domain';
import {
  formatAmountMinor,
  orderStatuses,
  paymentStatuses,
  returnStatuses,
  shipmentStatuses,
} from '@oms/domain';
import { z } from 'zod';
import { namedResources } from '../kit/named-schemas.js';

// Shipments, returns, refunds and cancelled items in answers of the Orders API.

const id = z.string().meta({ format: 'uuid' });
const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });
const itemQuantity = z.strictObject({ item_id: id, quantity: z.int().min(1) });
const units = z.int().min(0).nullable();
/** Units of an item with their condition, once they are back. */
const itemByCondition = (descriptions: Readonly<Record<'restocked' | 'damaged' | 'missing', string>>) =>
  itemQuantity.extend({
    restocked: units.meta({ description: descriptions.restocked }),
    damaged: units.meta({ description: descriptions.damaged }),
    missing: units.meta({ description: descriptions.missing }),
  });

export const fulfillmentResource = z
  .strictObject({
    id,
    status: z.enum(shipmentStatuses).meta({
      description: '`returned_to_sender`: it came back undelivered, or was lost.',
    }),
    tracking_number: z.string().nullable(),
    carrier: z.string().nullable(),
    items: z.array(
      itemByCondition({
        restocked:
          'How many came back undelivered and are left to ship again. Null until the parcel is back.',
        damaged: 'How many came back undelivered and cannot be sold again.',
        missing: 'How many neither arrived nor came back.',
      }),
    ),
    shipped_at: timestamp,
    delivered_at: timestamp.nullable(),
    cancelled_at: timestamp.nullable(),
    cancellation_reason: z.string().nullable(),
    returned_to_sender_at: timestamp.nullable(),
    returned_to_sender_reason: z.string().nullable(),
  })
  .register(namedResources, { id: 'Fulfillment' });

export const returnResource = z
  .strictObject({
    id,
    status: z.enum(returnStatuses).meta({
      description: '`expired`: it was approved, and the goods did not come in time.',
    }),
    reason: z.string().nullable(),
    decision_reason: z.string().nullable(),
    items: z.array(
      itemByCondition({
        restocked: 'How many are back in stock. Null until the return is received.',
        damaged: 'How many are back and cannot be sold again.',
        missing: 'How many did not come back.',
      }),
    ),
    requested_at: timestamp,
    decided_at: timestamp.nullable(),
    received_at: timestamp.nullable(),
    cancelled_at: timestamp.nullable(),
    expires_at: timestamp.nullable().meta({
      description:
        'When an approved return expires if its goods have not come, by the setting `return_expiry_days`. Null: never.',
    }),
    expired_at: timestamp.nullable(),
  })
  .register(namedResources, { id: 'Return' });

export const refundResource = z
  .strictObject({
    id,
    status: z.enum(['pending', 'succeeded', 'failed']).meta({
      description: 'Pending until the payment provider has given the money back or refused to.',
    }),
    amount: z.string().meta({ description: 'A decimal string with exactly the currency’s decimals.' }),
    items: z.array(
      itemQuantity.extend({
        amount: z.string().meta({ description: 'The part of the refund’s amount that is for these units.' }),
      }),
    ),
    return_id: id.nullable(),
    reason: z.string().nullable(),
    failure: z.string().nullable().meta({ description: 'The provider’s words, where it refused.' }),
    provider_refund_id: z.string().nullable().meta({
      description:
        'Of a refund that was made at the payment provider itself, not by a request. It names no items.',
    }),
    requested_at: timestamp,
    settled_at: timestamp.nullable(),
  })
  .register(namedResources, { id: 'Refund' });

export const cancellationResource = z
  .strictObject({
    id,
    amount: z.string().meta({
      description:
        'The value of the items: their share of discount and tax, less what was given back of them. All that is left, with the shipping, where the whole order is cancelled.',
    }),
    items: z.array(itemQuantity.extend({ amount: z.string() })),
    refund_id: id.nullable().meta({
      description:
        'The refund that gives the money back. Null where nothing was captured: an invoice is credited.',
    }),
    reason: z.string().nullable(),
    cancelled_at: timestamp,
  })
  .register(namedResources, { id: 'Cancellation' });

/** The answer to a change that the order has accepted and not yet completed. */
export const acceptedChangeResource = z
  .strictObject({ id, status: z.literal('accepted') })
  .meta({
    description: 'The order takes the change and goes on by itself. `Location` tells what becomes of it.',
  })
  .register(namedResources, { id: 'AcceptedChange' });

/** The answer to a change that creates no shipment, return, refund or cancellation. */
export const changedOrderResource = z
  .strictObject({
    id,
    status: z.enum(orderStatuses),
    payment_status: z.enum(paymentStatuses),
    version: z.int(),
  })
  .register(namedResources, { id: 'ChangedOrder' });

export const fulfillmentListResource = z
  .strictObject({ fulfillments: z.array(fulfillmentResource) })
  .register(namedResources, { id: 'FulfillmentList' });
export const returnListResource = z
  .strictObject({ returns: z.array(returnResource) })
  .register(namedResources, { id: 'ReturnList' });
export const refundListResource = z
  .strictObject({ refunds: z.array(refundResource) })
  .register(namedResources, { id: 'RefundList' });
export const cancellationListResource = z
  .strictObject({ cancellations: z.array(cancellationResource) })
  .register(namedResources, { id: 'CancellationList' });

interface Quantity {
  readonly lineId: string;
  readonly quantity: number;
}
const renderQuantity = ({ lineId, quantity }: Quantity) => ({ item_id: lineId, quantity });

/** Units of a line in a return or a shipment, with their condition once they are back. */
interface QuantityByCondition extends Quantity {
  readonly received?: Omit<ReceivedLine, 'lineId'>;
}
const renderByCondition = ({ received, ...line }: QuantityByCondition) => ({
  ...renderQuantity(line),
  restocked: received?.restock ?? null,
  damaged: received?.damaged ?? null,
  missing: received?.missing ?? null,
});

/** Renders a shipment. */
export function renderFulfillment(shipment: {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly trackingNumber?: string;
  readonly carrier?: string;
  readonly lines: readonly QuantityByCondition[];
  readonly shippedAt: string;
  readonly deliveredAt?: string;
  readonly cancelledAt?: string;
  readonly cancellationReason?: string;
  readonly returnedToSenderAt?: string;
  readonly returnedToSenderReason?: string;
}): z.output<typeof fulfillmentResource> {
  return {
    id: shipment.id,
    status: shipment.status,
    tracking_number: shipment.trackingNumber ?? null,
    carrier: shipment.carrier ?? null,
    items: shipment.lines.map(renderByCondition),
    shipped_at: shipment.shippedAt,
    delivered_at: shipment.deliveredAt ?? null,
    cancelled_at: shipment.cancelledAt ?? null,
    cancellation_reason: shipment.cancellationReason ?? null,
    returned_to_sender_at: shipment.returnedToSenderAt ?? null,
    returned_to_sender_reason: shipment.returnedToSenderReason ?? null,
  };
}

/** Renders a return. */
export function renderReturn(returned: {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly reason?: string;
  readonly decisionReason?: string;
  readonly lines: readonly QuantityByCondition[];
  readonly requestedAt: string;
  readonly decidedAt?: string;
  readonly receivedAt?: string;
  readonly cancelledAt?: string;
  readonly expiresAt?: string;
  readonly expiredAt?: string;
}): z.output<typeof returnResource> {
  return {
    id: returned.id,
    status: returned.status,
    reason: returned.reason ?? null,
    decision_reason: returned.decisionReason ?? null,
    items: returned.lines.map(renderByCondition),
    requested_at: returned.requestedAt,
    decided_at: returned.decidedAt ?? null,
    received_at: returned.receivedAt ?? null,
    cancelled_at: returned.cancelledAt ?? null,
    expires_at: returned.expiresAt ?? null,
    expired_at: returned.expiredAt ?? null,
  };
}

/**
 * Renders a refund.
 *
 * @param exponent the number of decimals that the order's currency has
 */
export function renderRefund(
  refund: {
    readonly id: string;
    readonly status: 'pending' | 'succeeded' | 'failed';
    readonly amountMinor: number;
    readonly lines: readonly (Quantity & { readonly amountMinor: number })[];
    readonly returnId?: string;
    readonly reason?: string;
    readonly failure?: string;
    readonly providerRefundId?: string;
    readonly requestedAt: string;
    readonly settledAt?: string;
  },
  exponent: number,
): z.output<typeof refundResource> {
  const amountOf = ({ amountMinor }: { readonly amountMinor: number }) =>
    formatAmountMinor(amountMinor, exponent);
  return {
    id: refund.id,
    status: refund.status,
    amount: amountOf(refund),
    items: refund.lines.map((line) => ({ ...renderQuantity(line), amount: amountOf(line) })),
    return_id: refund.returnId ?? null,
    reason: refund.reason ?? null,
    failure: refund.failure ?? null,
    provider_refund_id: refund.providerRefundId ?? null,
    requested_at: refund.requestedAt,
    settled_at: refund.settledAt ?? null,
  };
}

/**
 * Renders cancelled items.
 *
 * @param exponent the number of decimals that the order's currency has
 */
export function renderCancellation(
  cancelled: {
    readonly id: string;
    readonly amountMinor: number;
    readonly lines: readonly (Quantity & { readonly amountMinor: number })[];
    readonly refundId?: string;
    readonly reason?: string;
    readonly cancelledAt: string;
  },
  exponent: number,
): z.output<typeof cancellationResource> {
  const amountOf = ({ amountMinor }: { readonly amountMinor: number }) =>
    formatAmountMinor(amountMinor, exponent);
  return {
    id: cancelled.id,
    amount: amountOf(cancelled),
    items: cancelled.lines.map((line) => ({ ...renderQuantity(line), amount: amountOf(line) })),
    refund_id: cancelled.refundId ?? null,
    reason: cancelled.reason ?? null,
    cancelled_at: cancelled.cancelledAt,
  };
}

/** Renders the statuses of an order after a change. */
export function renderChangedOrder(
  orderId: string,
  answer: { readonly status: OrderStatus; readonly paymentStatus: PaymentStatus; readonly version: number },
): z.output<typeof changedOrderResource> {
  const { status, paymentStatus, version } = answer;
  return { id: orderId, status, payment_status: paymentStatus, version };
}

/** Renders a change that the order has accepted and not yet completed. */
export function renderAcceptedChange(orderId: string): z.output<typeof acceptedChangeResource> {
  return { id: orderId, status: 'accepted' };
}
