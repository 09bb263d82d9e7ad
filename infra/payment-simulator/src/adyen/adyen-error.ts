import type { Answer } from '../http/reply.js';
import { newPspReference } from './psp-reference.js';

type ErrorType = 'validation' | 'security' | 'internal' | 'configuration';

/**
 * An answer that is an error, in the form of the Checkout API.
 *
 * @see https://docs.adyen.com/development-resources/error-codes
 */
export class AdyenError extends Error {
  override readonly name = 'AdyenError';

  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
    readonly errorType: ErrorType,
    /** Marks an error that the idempotency key does not store: a retry with the same key is executed. */
    readonly transient = false,
  ) {
    super(message);
  }

  answer(): Answer {
    const { status, errorCode, message, errorType } = this;
    return {
      kind: 'answer',
      status,
      body: JSON.stringify({ status, errorCode, message, errorType, pspReference: newPspReference() }),
      headers: this.transient ? { 'transient-error': 'true' } : {},
    };
  }
}

/** 422: the request is invalid. */
export function invalid(errorCode: string, message: string): AdyenError {
  return new AdyenError(422, errorCode, message, 'validation');
}

/** 422: there is no such payment in the merchant account. */
export function unknownPayment(): AdyenError {
  return invalid('167', 'Original pspReference required for this operation');
}

export function unauthorized(): AdyenError {
  return new AdyenError(401, '000', 'HTTP Status Response - Unauthorized', 'security');
}

export function foreignMerchantAccount(): AdyenError {
  return new AdyenError(403, '901', 'Invalid Merchant Account', 'security');
}

/** @see https://docs.adyen.com/development-resources/api-idempotency */
export function inProgress(): AdyenError {
  return new AdyenError(409, '704', 'request already processed or in progress', 'validation', true);
}

export function rateLimited(): AdyenError {
  return new AdyenError(429, '29_001', 'Too many requests', 'validation', true);
}

/** 5xx. Unless `transient`, the idempotency key stores it, and every retry gets it again. */
export function serverError(status: number, transient: boolean): AdyenError {
  return new AdyenError(status, '000', 'Internal error', 'internal', transient);
}
