import { resourceNotFound } from '../paypal-error.js';
import type { PayPalBooks, RequestKeyRecord } from '../records.js';
import { renderAuthorization, renderCapture, renderOrder, renderRefund } from '../render.js';
import { PayPalOperationName, type PayPalRead } from './operation.js';

export const paymentOfAuthorization = (id: string): string => id;
export const paymentOfCapture = (id: string, books: PayPalBooks): string | undefined =>
  books.captures.get(id)?.authorization;

/** An object as it is now. @throws PayPalError 404 */
export function renderObject(kind: RequestKeyRecord['kind'], id: string, books: PayPalBooks): object {
  switch (kind) {
    case 'authorization':
      return renderAuthorization(books.authorizations.get(id) ?? notFound());
    case 'capture':
      return renderCapture(books.captures.get(id) ?? notFound());
    case 'refund':
      return renderRefund(books.refunds.get(id) ?? notFound());
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
    read: (id, books) => renderObject('authorization', id, books),
  },
  {
    name: PayPalOperationName.GetCapture,
    method: 'GET',
    path: '/payments/captures/:id',
    paymentOf: paymentOfCapture,
    read: (id, books) => renderObject('capture', id, books),
  },
  {
    name: PayPalOperationName.GetRefund,
    method: 'GET',
    path: '/payments/refunds/:id',
    paymentOf: (id, books) => books.refunds.get(id)?.authorization,
    read: (id, books) => renderObject('refund', id, books),
  },
  {
    name: PayPalOperationName.GetOrder,
    method: 'GET',
    path: '/checkout/orders/:id',
    paymentOf: (id, books) => books.authorizations.group(id)[0]?.id,
    read: (id, books) => renderOrder(id, books) ?? notFound(),
  },
];
