/** The statuses of errors that the API documents, and no others. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 413 | 429 | 500;

/**
 * An error whose message is meant for the client. What is behind it goes into `cause`, which is logged and never
 * sent.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ErrorStatus,
    message: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
