/** What a handler returns. One middleware renders it; no handler touches the connection. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Rendered as JSON; a document as it is. */
  readonly body: unknown;
}

/** A whole HTML page, which is not rendered as JSON. */
export class HtmlDocument {
  constructor(readonly html: string) {}
}

/** What a handler is given of a request that was authenticated. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The `Idempotency-Key` header, where there is one. */
  readonly idempotencyKey?: string;
  /** Parsed JSON, not yet checked. `undefined` where the request had no body. */
  readonly body: unknown;
}
