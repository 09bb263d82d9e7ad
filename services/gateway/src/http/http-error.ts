import type { CommandRefusal } from '@oms/domain';

/** The statuses of errors that the APIs document, and no others; the Orders API has neither 409 nor 422. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503;

/** A decision against what a client asked for. Each face has its own status for it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(readonly refusal: CommandRefusal) {
    super(refusal.message);
  }
}

/**
 * An error whose message is meant for the client. What is behind it goes into `cause`, which is logged and never
 * sent.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;
  /** What is said beside the message, by faces that say more than that. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: ErrorStatus,
    message: string,
    options: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.status = status;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }
}
