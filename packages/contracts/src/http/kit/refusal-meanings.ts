import type { RefusalCode } from '@oms/domain';

/** The meaning of each code of a refusal, for the documentation. */
export const refusalMeanings: Readonly<Record<RefusalCode, string>> = {
  INVALID_REQUEST: 'a field, a parameter or a header is missing or invalid; `errors` names each',
  INVALID_AUTH: 'the token or the API key is missing, invalid or expired; or the API key lacks the scope',
  FORBIDDEN:
    'the token lacks the permission or a claim, or names another tenant or organisation than the headers',
  NOT_FOUND: 'there is no such thing for this tenant and organisation',
  NOT_ACCEPTABLE: 'the `Accept` header accepts none of the media types that are offered',
  TOO_LARGE: 'the body is larger than its limit',
  RATE_LIMITED: 'too many requests in the current window; wait for `Retry-After`',
  INTERNAL: 'a fault of the service; send the same request with the same key again',
  UNAVAILABLE: 'the service cannot answer right now; wait for `Retry-After`',
  DATABASE_UNAVAILABLE:
    'the database does not answer; the change may or may not have been made. Send it again with the same key',
  TRANSITION_NOT_ALLOWED: 'the status of the order or invoice does not allow it; `allowed` names what does',
  QUANTITY_NOT_AVAILABLE: 'more units than there are left',
  AMOUNT_NOT_AVAILABLE: 'more money than there is left',
  AUTHORIZATION_TOO_SMALL:
    'the payment of the draft holds less than its total; the draft stays. Change its `payment_reference` or its amounts',
  NOTHING_LEFT_TO_SHIP:
    'addresses and shipping method can be changed until the last item has shipped; `field` names one of them',
  GOODS_NOT_RETURNED: 'the customer has or gets units of the invoice, so that it cannot be voided',
  CURRENCY_MISMATCH: 'a payment in another currency than its invoice',
  PART_NOT_FOUND: 'the order has no such line, shipment, return or invoice',
  REFUND_WINDOW_OVER:
    'the order ended longer ago than the setting `refund_window_days` allows, and owes nobody money',
  RETURN_NOT_READY: 'the return is not in the status that this needs',
  OUT_OF_STOCK: 'the stock of at least one line does not suffice; on the Commerce API `skus` names the SKUs',
  UNKNOWN_PRODUCT: 'the catalogue has no such product or variant; `field` names the line',
  UNKNOWN_SKU: 'no variant has the SKUs in `skus`',
  AMBIGUOUS_SKU: 'several variants have the SKUs in `skus`',
  EXTERNAL_ID_IN_USE: 'another order of the tenant has the `external_id`',
  REFERENCE_IN_USE: 'another payment of the invoice has this reference, with another amount or method',
  TAKEN: 'another resource has the value of `field`, which must be unique',
  STALE_VERSION: 'the resource was changed since the version that the request names',
  ARCHIVED: 'the resource, or the one that it is a part of, is archived and cannot be changed',
  NOT_CONFIRMED: 'the order could not be confirmed and is cancelled',
  PAYMENT_FAILED:
    'the money of the order did not come: the provider took back its capture, or declined the capture for a shipment',
  SPLIT_SHIPMENT_REFUSED:
    'the payment is captured once, when the order ships, and the settings take no money for units that have not left',
  PAYMENT_REFUNDED:
    'all money was refunded at the provider itself: cancel the units, or an operator allows their shipment',
  PAYMENT_DISPUTED:
    'the customer disputes the payment, and may get the money from the bank: a refund needs `force` and a reason',
  PAYMENT_NOT_UNKNOWN: 'the outcome of the payment is known: an operator has nothing to state',
  STATEMENT_NOT_POSSIBLE: "the order's own ledger contradicts an operator's statement",
  CONTRADICTS_PROVIDER: "the payment provider contradicts an operator's statement",
  IDEMPOTENCY_CONFLICT: 'the idempotency key was used before with another request',
  RECORD_REFUSED: 'the database refuses to keep it, and would again',
  INTERRUPTED:
    "the change was not made: the order's workflow was ended before. Send it again with the same key",
  MALFORMED: 'a command that was sent to a workflow by hand has a missing or invalid field',
};
