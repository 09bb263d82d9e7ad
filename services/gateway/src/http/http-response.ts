import type { Page } from '@oms/contracts/http';

/** What a handler returns. One middleware renders it; no handler touches the connection. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Partial<Record<string, string>>>;
  /** Rendered as JSON; a document as it is. */
  readonly body: unknown;
}

/** A whole HTML page, which is not rendered as JSON. */
export class HtmlDocument implements Page {
  constructor(readonly html: string) {}
}
