/** The members of Stripe's error object that this simulator uses. */
export interface StripeErrorFields {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  /** A rendered PaymentIntent. */
  readonly payment_intent?: object;
  readonly payment_method?: object;
}

export interface StripeErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the answer is kept under the call's idempotency key, once its execution has begun. */
  readonly stored?: boolean;
}

/**
 * An error answer. Thrown in an execution, it ends the execution but does not undo it: earlier changes are committed,
 * such as the failed charge of a declined payment.
 *
 * @see https://docs.stripe.com/api/errors
 */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly headers: Readonly<Record<string, string>>;
  readonly stored: boolean;

  constructor(
    readonly status: number,
    readonly fields: StripeErrorFields,
    { headers = {}, stored = true }: StripeErrorOptions = {},
  ) {
    super(fields.message);
    this.headers = headers;
    this.stored = stored;
  }

  /** The body, with the links that Stripe adds. */
  body(requestId: string): object {
    const { code, ...fields } = this.fields;
    return {
      error: {
        ...(code === undefined
          ? {}
          : { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
        ...fields,
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      },
    };
  }
}

/** 400: the request is invalid. */
export function invalidRequest(
  message: string,
  fields: Pick<StripeErrorFields, 'code' | 'param' | 'payment_intent' | 'charge'> = {},
): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...fields });
}

/** 404: no such object, in Stripe's words. */
export function resourceMissing(kind: string, id: string, param: string): StripeError {
  const message = `No such ${kind}: '${id}'`;
  return new StripeError(404, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** 401. The message never has the whole key. @see https://docs.stripe.com/api/authentication */
export function unauthenticated(key: string | undefined): StripeError {
  const message =
    key === undefined
      ? 'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details."
      : `Invalid API Key provided: ${key.slice(0, 8).replace(/[^\w-]/g, '?')}${'*'.repeat(8)}`;
  return new StripeError(
    401,
    { type: 'invalid_request_error', message },
    { headers: { 'www-authenticate': 'Basic realm="Stripe"' } },
  );
}

/** 404 for a path that is not part of the API. */
export function unknownUrl(method: string, path: string): StripeError {
  const message =
    `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. ` +
    'If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. ' +
    'Please see https://stripe.com/docs or we can help at https://support.stripe.com/.';
  return new StripeError(404, { type: 'invalid_request_error', message });
}

/** 429. Never stored, because nothing was executed. @see https://docs.stripe.com/rate-limits */
export function rateLimited(code: 'rate_limit' | 'lock_timeout', retryAfterSeconds?: number): StripeError {
  const message =
    code === 'rate_limit'
      ? 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.'
      : 'This object cannot be accessed right now because another API request or Stripe process is currently ' +
        'accessing it. If you see this error intermittently, retry the request.';
  return new StripeError(
    429,
    { type: 'invalid_request_error', code, message },
    {
      stored: false,
      headers: {
        ...(code === 'rate_limit' ? { 'stripe-rate-limited-reason': 'global-rate' } : {}),
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      },
    },
  );
}

/** 5xx: something went wrong on Stripe's end. */
export function serverError(status: number, stored: boolean): StripeError {
  const message =
    'An unknown error occurred while processing your request. Please retry, and contact us if the problem persists.';
  return new StripeError(status, { type: 'api_error', message }, { stored });
}
