import type { PayPalExecution } from '../paypal-account.js';
import type { PayPalBooks, RequestKeyRecord } from '../records.js';

/** Every operation of PayPal's API that is simulated, under the name by which faults mean it. */
export const PayPalOperationName = {
  Token: 'paypal.oauth2.token',
  GetAuthorization: 'paypal.authorizations.get',
  Capture: 'paypal.authorizations.capture',
  Void: 'paypal.authorizations.void',
  Reauthorize: 'paypal.authorizations.reauthorize',
  GetCapture: 'paypal.captures.get',
  Refund: 'paypal.captures.refund',
  GetRefund: 'paypal.refunds.get',
  GetOrder: 'paypal.orders.get',
  GetCertificate: 'paypal.certificates.get',
} as const;
export type PayPalOperationName = (typeof PayPalOperationName)[keyof typeof PayPalOperationName];

/** The operations at which a payer's bank is asked, and can decline. */
export const declinablePayPalOperations: readonly PayPalOperationName[] = [
  PayPalOperationName.Capture,
  PayPalOperationName.Reauthorize,
  PayPalOperationName.Refund,
];

/** What a POST has made or changed. */
export interface Effect {
  readonly kind: RequestKeyRecord['kind'];
  readonly object: string;
  readonly status: number;
}

interface Operation {
  readonly name: PayPalOperationName;
  /** Below `/v2`, as Express writes paths. */
  readonly path: string;
  /** The payment that a request is about, by its first authorisation. */
  paymentOf(id: string, books: PayPalBooks): string | undefined;
}

export interface PayPalRead extends Operation {
  readonly method: 'GET';
  /** @throws PayPalError 404 */
  read(id: string, books: PayPalBooks): object;
}

export interface PayPalChange extends Operation {
  readonly method: 'POST';
  /** @throws PayPalError for what cannot be done */
  change(execution: PayPalExecution, id: string, body: unknown): Effect;
}

export type PayPalOperation = PayPalRead | PayPalChange;
