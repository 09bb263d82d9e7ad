import type { Address } from '../kit/address.js';
import type { NewOrderLine } from './order.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import type { PaymentStatement } from '../payments/payment-doubt.js';
import type { ConditionedUnits } from '../returns/unit-condition.js';

/** A request to change a recorded order. */
export type OrderCommand =
  | EditCommand
  /** Leaves `draft`: reserves stock, and takes the payment if the order names a provider. */
  | { readonly type: 'confirm' }
  | { readonly type: 'cancel'; readonly reason?: string }
  /** Cancels units that have not shipped. */
  | {
      readonly type: 'cancel_units';
      readonly lines: readonly LineQuantity[];
      readonly reason?: string;
    }
  | { readonly type: 'start_processing' }
  | ShipCommand
  /** Records the delivery of one shipment or, without an id, of all shipments under way. */
  | { readonly type: 'deliver'; readonly shipmentId?: string }
  | CorrectShipmentCommand
  /** Takes a shipment back that has not arrived. Its units are left to ship again. */
  | { readonly type: 'cancel_shipment'; readonly shipmentId: string; readonly reason?: string }
  | ReturnToSenderCommand
  | { readonly type: 'close' }
  | {
      readonly type: 'request_return';
      readonly lines: readonly LineQuantity[];
      readonly reason?: string;
    }
  | {
      readonly type: 'decide_return';
      readonly returnId: string;
      readonly isApproved: boolean;
      readonly reason?: string;
    }
  | ReceiveReturnCommand
  /** Ends a return whose goods have not come. Its units can be returned again. */
  | { readonly type: 'cancel_return'; readonly returnId: string; readonly reason?: string }
  | RefundCommand
  /** Issues the order's draft invoice. */
  | { readonly type: 'issue_invoice'; readonly invoiceId: string }
  /** Voids the order's invoice, by a credit note where it was issued. */
  | { readonly type: 'void_invoice'; readonly invoiceId: string }
  | RecordPaymentCommand
  /** Retries the waiting step at once. */
  | ({ readonly type: 'retry' } & OperatorRequest)
  /** Cancels a waiting order and compensates its completed steps. */
  | ({ readonly type: 'give_up' } & OperatorRequest)
  /** Allows to ship an order whose money was refunded at the provider itself. */
  | ({ readonly type: 'allow_shipment' } & OperatorRequest)
  /** States the outcome of a payment that its provider leaves open. */
  | ({ readonly type: 'resolve_payment' } & OperatorRequest & PaymentStatement);

/** The operator's name and reason. Commands of operators are never anonymous. */
export interface OperatorRequest {
  readonly by: string;
  readonly reason: string;
}

/** Changes fields of an order. Absent fields stay unchanged, and null removes a value. */
export interface EditCommand {
  readonly type: 'edit';
  /** The version that is changed. Absent: the newest. */
  readonly version?: number;
  /** Replaces all lines of a draft. Totals are recomputed, as for the next three fields. */
  readonly lines?: readonly NewOrderLine[];
  readonly discountMinor?: number;
  /** The tax of the whole order. Only for an order whose lines have no taxes of their own. */
  readonly taxMinor?: number;
  readonly taxesIncluded?: boolean;
  readonly shippingMinor?: number;
  /** Of a draft that names a payment provider. The payment that it named before is released. */
  readonly paymentReference?: string;
  /** Until the last unit has shipped, as the next two fields. */
  readonly shippingAddress?: AddressChange | null;
  readonly billingAddress?: AddressChange | null;
  readonly shippingMethod?: string | null;
  /** At any time, as the next two fields. */
  readonly note?: string | null;
  readonly tags?: readonly string[] | null;
  /** Null as a value removes its key. */
  readonly metadata?: Readonly<Record<string, string | null>> | null;
}

/** A change of an address: another one where it has a first line, and a correction of the named parts otherwise. */
export type AddressChange = Partial<Pick<Address, 'line1' | 'city' | 'country'>> & {
  readonly [Field in Exclude<keyof Address, 'line1' | 'city' | 'country'>]?: Address[Field] | null;
};

/** Records that units left the warehouse. */
export interface ShipCommand {
  readonly type: 'ship';
  readonly trackingNumber?: string;
  readonly carrier?: string;
  /** Absent: all open units. */
  readonly lines?: readonly LineQuantity[];
  /** Whether a confirmed order starts processing by this shipment. */
  readonly startsProcessing?: boolean;
  /** Whether units that require shipping leave only with a tracking number and a carrier. */
  readonly needsTracking?: boolean;
}

/** Corrects the documents of a shipment. Absent fields stay unchanged, null removes the value. */
export interface CorrectShipmentCommand {
  readonly type: 'correct_shipment';
  /** Absent: the newest shipment. */
  readonly shipmentId?: string;
  readonly trackingNumber?: string | null;
  readonly carrier?: string | null;
  /** Whether a shipment of units that require shipping keeps a tracking number and a carrier. */
  readonly needsTracking?: boolean;
}

/** Records that a shipment came back undelivered, or was lost. */
export interface ReturnToSenderCommand {
  readonly type: 'return_to_sender';
  readonly shipmentId: string;
  /** The condition of every unit of the shipment. Absent: all are back, and can be sold again. */
  readonly units?: readonly ConditionedUnits[];
  readonly reason?: string;
}

/** Records that units of an approved return are back. */
export interface ReceiveReturnCommand {
  readonly type: 'receive_return';
  readonly returnId: string;
  /** The condition of every unit of the return. Absent: all are back, and go into stock. */
  readonly units?: readonly ConditionedUnits[];
}

/**
 * Refunds a received return, units of lines, an amount, or all the money that is left. At least one of these is named;
 * `all` stands alone. A refund of units, or of all, cancels those that are open, unless it names an amount or a return.
 */
export interface RefundCommand {
  readonly type: 'refund';
  readonly all?: boolean;
  readonly returnId?: string;
  /** With a return: units of that return. */
  readonly lines?: readonly LineQuantity[];
  /** Absent: the worth of the units, as far as it was not given back. */
  readonly amountMinor?: number;
  /** Gives money back although the customer disputes the payment. Needs a reason. */
  readonly force?: boolean;
  readonly reason?: string;
}

/** Records money that was received for the order's invoice outside of a payment provider. */
export interface RecordPaymentCommand {
  readonly type: 'record_payment';
  readonly invoiceId: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** Such as `bank_transfer`. */
  readonly method: string;
  /** The payer's or the bank's own reference. Two payments of one invoice with one reference are the same payment. */
  readonly reference?: string;
}

export type OrderCommandType = OrderCommand['type'];

/** The changes of an order's invoice. */
export const invoiceCommandTypes = ['issue_invoice', 'void_invoice', 'record_payment'] as const;
export type InvoiceCommandType = (typeof invoiceCommandTypes)[number];

export const isInvoiceCommand = (type: string): type is InvoiceCommandType =>
  invoiceCommandTypes.some((each) => each === type);

export type OrderCommandOf<Type extends OrderCommandType> = Extract<OrderCommand, { readonly type: Type }>;
