import { RefusedError, type CancellationReason, type RefusalCode, type RefusalDetails } from '@oms/domain';

/** A refusal or a failure that adds headers to its answer. Its cause is logged and never sent. */
export class HttpRefusal extends RefusedError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: RefusalCode | Uppercase<CancellationReason>,
    message: string,
    { headers = {}, cause, field, details }: RefusalOptions = {},
  ) {
    super(
      {
        ...{ kind: 'refused', code, message },
        ...(field === undefined ? {} : { field }),
        ...(details === undefined ? {} : { details }),
      },
      cause === undefined ? undefined : { cause },
    );
    this.headers = headers;
  }
}

interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  readonly field?: string;
  readonly details?: RefusalDetails;
}
