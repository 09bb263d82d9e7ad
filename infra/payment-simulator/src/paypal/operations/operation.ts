import type { PayPalExecution } from '../paypal-account.js';
import type { PayPalRecords, RequestKeyRecord } from '../records.js';

/** Each simulated operation of PayPal's API, under the name that faults give. */
export const PayPalOperationName = {
  Token: 'paypal.oauth2.token',
  GetAuthorization: 'paypal.authorizations.get',
  Capture: 'paypal.authorizations.capture',
  Void: 'paypal.authorizations.void',
  GetCapture: 'paypal.captures.get',
  Refund: 'paypal.captures.refund',
  GetRefund: 'paypal.refunds.get',
  GetOrder: 'paypal.orders.get',
  GetCertificate: 'paypal.certificates.get',
} as const;
export type PayPalOperationName = (typeof PayPalOperationName)[keyof typeof PayPalOperationName];

/** Operations that ask the payer's bank, which can decline. */
export const declinablePayPalOperations: readonly PayPalOperationName[] = [
  PayPalOperationName.Capture,
  PayPalOperationName.Refund,
];

/** The object that a POST created or changed. */
export interface Effect {
  readonly kind: RequestKeyRecord['kind'];
  readonly object: string;
  readonly status: number;
}

interface Operation {
  readonly name: PayPalOperationName;
  /** The path below `/v2`, in Express's syntax. */
  readonly path: string;
  /** The payment that a request is about: the id of its authorisation. */
  paymentOf(id: string, records: PayPalRecords): string | undefined;
}

export interface PayPalRead extends Operation {
  readonly method: 'GET';
  /** @throws PayPalError 404 */
  read(id: string, records: PayPalRecords): object;
}

export interface PayPalChange extends Operation {
  readonly method: 'POST';
  /** @throws PayPalError for an invalid or refused request */
  change(execution: PayPalExecution, id: string, body: unknown): Effect;
}

export type PayPalOperation = PayPalRead | PayPalChange;
