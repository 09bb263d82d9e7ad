/** An error answer of PayPal. */
export class PayPalError extends Error {
  override readonly name = 'PayPalError';

  constructor(
    readonly status: number,
    /** PayPal's `name` of the error. */
    readonly code: string,
    message: string,
    readonly details: readonly { readonly issue: string; readonly description: string }[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** @see https://developer.paypal.com/api/rest/responses/ */
  body(debugId: string): object {
    return {
      name: this.code,
      message: this.message,
      debug_id: debugId,
      ...(this.details.length > 0 ? { details: this.details } : {}),
      links: [],
    };
  }
}

/** 404: there is no such object. */
export function resourceNotFound(): PayPalError {
  return new PayPalError(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
    {
      issue: 'INVALID_RESOURCE_ID',
      description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ]);
}

/** 400: the request is not well-formed. */
export function invalidRequest(issue: string, description: string): PayPalError {
  const message = 'Request is not well-formed, syntactically incorrect, or violates schema.';
  return new PayPalError(400, 'INVALID_REQUEST', message, [{ issue, description }]);
}

const descriptions: Readonly<Record<string, string>> = {
  AUTHORIZATION_ALREADY_CAPTURED: 'Authorization has previously been captured.',
  AUTHORIZATION_DENIED: 'A denied authorization cannot be captured.',
  AUTHORIZATION_EXPIRED: 'An expired authorization cannot be captured.',
  AUTHORIZATION_VOIDED: 'A voided authorization cannot be captured or reauthorized.',
  AUTH_CAPTURE_CURRENCY_MISMATCH: 'Currency of capture must be the same as currency of authorization.',
  CANNOT_BE_ZERO_OR_NEGATIVE: 'Must be greater than zero.',
  CAPTURE_FULLY_REFUNDED: 'The capture has already been fully refunded',
  DECIMALS_NOT_SUPPORTED: 'Currency does not support decimals.',
  DECIMAL_PRECISION: 'If the currency supports decimals, only two decimal place precision is supported.',
  DUPLICATE_INVOICE_ID: 'Requested invoice_id has been previously captured. Possible duplicate transaction.',
  DUPLICATE_REQUEST_ID: 'The value of PayPal-Request-Id header has already been used.',
  INSTRUMENT_DECLINED: 'The instrument presented was either declined by the processor or bank.',
  INVALID_CURRENCY_CODE: 'Currency code is invalid or is not currently supported.',
  MAX_CAPTURE_AMOUNT_EXCEEDED: 'Capture amount exceeds allowable limit. The default overage limit is 115%.',
  PAYER_CANNOT_PAY: 'Payer cannot pay for this transaction.',
  PENDING_CAPTURE: 'Cannot initiate a refund as the capture is pending.',
  PREVIOUSLY_CAPTURED: 'Authorization has been previously captured and hence cannot be voided.',
  PREVIOUSLY_VOIDED: 'Authorization has been previously voided and hence cannot be voided again.',
  REFUND_AMOUNT_EXCEEDED:
    'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
  REFUND_CAPTURE_CURRENCY_MISMATCH: 'Refund must be in the same currency as the capture',
  REFUND_NOT_ALLOWED: 'Capture cannot be refunded.',
  TRANSACTION_REFUSED: "PayPal's internal controls prevent authorization from being captured.",
};

/** 422: the state of the object or a rule of PayPal's does not allow the request. */
export function unprocessable(issue: string): PayPalError {
  const message =
    'The requested action could not be performed, semantically incorrect, or failed business validation.';
  const description = descriptions[issue] ?? `The request was refused: ${issue}.`;
  return new PayPalError(422, 'UNPROCESSABLE_ENTITY', message, [{ issue, description }]);
}

/** Whether a decline with this code is answered with 422. With any other code, the object is created as declined. */
export function isRefusal(declineCode: string): boolean {
  return /^[A-Z_]{5,}$/.test(declineCode);
}

/** 409: another request with this key is in progress. */
export function inProgress(): PayPalError {
  const message = 'The server has detected a conflict while processing this request.';
  return new PayPalError(409, 'RESOURCE_CONFLICT', message, [
    {
      issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
      description: 'A previous request on this resource is currently in progress.',
    },
  ]);
}

/** 429. */
export function rateLimited(retryAfterSeconds: number | undefined): PayPalError {
  const message = 'Too many requests. Blocked due to rate limiting.';
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new PayPalError(429, 'RATE_LIMIT_REACHED', message, [], headers);
}

/** 5xx. */
export function serverError(status: number): PayPalError {
  return status === 503
    ? new PayPalError(503, 'SERVICE_UNAVAILABLE', 'Service Unavailable.')
    : new PayPalError(status, 'INTERNAL_SERVER_ERROR', 'An internal server error occurred.');
}
