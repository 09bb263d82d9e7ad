import { renderMoney } from './money.js';
import type {
  AuthorizationRecord,
  CaptureRecord,
  EventRecord,
  PayPalRecords,
  RefundRecord,
} from './records.js';

const api = 'https://api.sandbox.paypal.com';

function link(rel: string, path: string, method: 'GET' | 'POST' = 'GET'): object {
  return { href: `${api}${path}`, rel, method };
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Reduces an object to its id, status and links. @see `Prefer` in PayPal's reference */
export function minimal(object: object): object {
  const { id, status, links } = object as { id?: unknown; status?: unknown; links?: unknown }; // As rendered below.
  return { id, status, links };
}

export function renderAuthorization(record: AuthorizationRecord): object {
  const self = `/v2/payments/authorizations/${record.id}`;
  return {
    ...embeddedAuthorization(record),
    supplementary_data: { related_ids: { order_id: record.order } },
    payee: { email_address: 'merchant@example.com', merchant_id: 'X5XAHHCG636FA' },
    links: [
      link('self', self),
      link('capture', `${self}/capture`, 'POST'),
      link('void', `${self}/void`, 'POST'),
      link('up', `/v2/checkout/orders/${record.order}`),
    ],
  };
}

function embeddedAuthorization(record: AuthorizationRecord): object {
  const { id, status, customId, created, updated, expires } = record;
  return {
    id,
    status,
    ...(status === 'PENDING' ? { status_details: { reason: 'PENDING_REVIEW' } } : {}),
    amount: renderMoney(record),
    ...customIdOf(customId),
    seller_protection: {
      status: 'ELIGIBLE',
      dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'],
    },
    expiration_time: time(expires),
    create_time: time(created),
    update_time: time(updated),
  };
}

function customIdOf(customId: string | null): object {
  return customId === null ? {} : { custom_id: customId };
}

export function renderCapture(record: CaptureRecord): object {
  return {
    ...embeddedCapture(record),
    supplementary_data: { related_ids: { order_id: record.order, authorization_id: record.authorization } },
  };
}

function embeddedCapture(record: CaptureRecord): object {
  const { id, status, reason, responseCode, final, customId, invoiceId, authorization, created, updated } =
    record;
  return {
    id,
    status,
    ...(reason === null ? {} : { status_details: { reason } }),
    ...(responseCode === null ? {} : { processor_response: { response_code: responseCode } }),
    amount: renderMoney(record),
    final_capture: final,
    ...customIdOf(customId),
    ...(invoiceId === null ? {} : { invoice_id: invoiceId }),
    seller_protection: { status: 'ELIGIBLE' },
    disbursement_mode: 'INSTANT',
    create_time: time(created),
    update_time: time(updated),
    links: [
      link('self', `/v2/payments/captures/${id}`),
      link('refund', `/v2/payments/captures/${id}/refund`, 'POST'),
      link('up', `/v2/payments/authorizations/${authorization}`),
    ],
  };
}

export function renderRefund(record: RefundRecord): object {
  const { id, status, reason, customId, invoiceId, capture, created, updated } = record;
  const money = renderMoney(record);
  return {
    id,
    status,
    ...(reason === null ? {} : { status_details: { reason } }),
    amount: money,
    ...customIdOf(customId),
    ...(invoiceId === null ? {} : { invoice_id: invoiceId }),
    seller_payable_breakdown: { gross_amount: money, net_amount: money },
    create_time: time(created),
    update_time: time(updated),
    links: [link('self', `/v2/payments/refunds/${id}`), link('up', `/v2/payments/captures/${capture}`)],
  };
}

/** The order of a checkout with its payments. Undefined for an unknown id. */
export function renderOrder(id: string, records: PayPalRecords): object | undefined {
  const [authorization] = records.authorizations.group(id);
  if (!authorization) return undefined;
  const captures = records.captures.group(authorization.id);
  const refunds = records.refunds.group(authorization.id);
  return {
    id,
    intent: 'AUTHORIZE',
    status: 'COMPLETED',
    purchase_units: [
      {
        reference_id: 'default',
        amount: renderMoney(authorization),
        ...customIdOf(authorization.customId),
        payments: {
          authorizations: [embeddedAuthorization(authorization)],
          ...(captures.length > 0 ? { captures: captures.map(embeddedCapture) } : {}),
          ...(refunds.length > 0 ? { refunds: refunds.map(renderRefund) } : {}),
        },
      },
    ],
    create_time: time(authorization.created),
    links: [link('self', `/v2/checkout/orders/${id}`)],
  };
}

/** @see https://developer.paypal.com/api/rest/webhooks/ */
export function renderEvent(event: EventRecord): object {
  const self = `/v1/notifications/webhooks-events/${event.id}`;
  return {
    id: event.id,
    event_version: '1.0',
    create_time: new Date(event.created * 1_000).toISOString(),
    resource_type: event.resourceType,
    resource_version: '2.0',
    event_type: event.type,
    summary: event.summary,
    resource: event.resource,
    links: [link('self', self), link('resend', `${self}/resend`, 'POST')],
  };
}
