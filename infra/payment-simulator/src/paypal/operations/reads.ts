import { resourceNotFound } from '../paypal-error.js';
import type { PayPalRecords, RequestKeyRecord } from '../records.js';
import { renderAuthorization, renderCapture, renderOrder, renderRefund } from '../render.js';
import { PayPalOperationName, type PayPalRead } from './operation.js';

export const paymentOfAuthorization = (id: string): string => id;
export const paymentOfCapture = (id: string, records: PayPalRecords): string | undefined =>
  records.captures.get(id)?.authorization;

/** The current state of an object. @throws PayPalError 404 */
export function renderObject(kind: RequestKeyRecord['kind'], id: string, records: PayPalRecords): object {
  switch (kind) {
    case 'authorization':
      return renderAuthorization(records.authorizations.get(id) ?? notFound());
    case 'capture':
      return renderCapture(records.captures.get(id) ?? notFound());
    case 'refund':
      return renderRefund(records.refunds.get(id) ?? notFound());
  }
}

function notFound(): never {
  throw resourceNotFound();
}

export const payPalReads: readonly PayPalRead[] = [
  {
    name: PayPalOperationName.GetAuthorization,
    method: 'GET',
    path: '/payments/authorizations/:id',
    paymentOf: paymentOfAuthorization,
    read: (id, records) => renderObject('authorization', id, records),
  },
  {
    name: PayPalOperationName.GetCapture,
    method: 'GET',
    path: '/payments/captures/:id',
    paymentOf: paymentOfCapture,
    read: (id, records) => renderObject('capture', id, records),
  },
  {
    name: PayPalOperationName.GetRefund,
    method: 'GET',
    path: '/payments/refunds/:id',
    paymentOf: (id, records) => records.refunds.get(id)?.authorization,
    read: (id, records) => renderObject('refund', id, records),
  },
  {
    name: PayPalOperationName.GetOrder,
    method: 'GET',
    path: '/checkout/orders/:id',
    paymentOf: (id, records) => records.authorizations.group(id)[0]?.id,
    read: (id, records) => renderOrder(id, records) ?? notFound(),
  },
];
