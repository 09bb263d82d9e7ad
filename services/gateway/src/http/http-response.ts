import type { Page } from '@oms/contracts/http';

/** The result of a handler. One middleware renders it; no handler touches the connection. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Partial<Record<string, string>>>;
  /** Rendered as JSON, except for an {@link HtmlDocument}. */
  readonly body: unknown;
}

/** A complete HTML page, sent unchanged. Browsers apply no styles but the given text of its style element. */
export class HtmlDocument implements Page {
  constructor(
    readonly html: string,
    readonly styles: string,
  ) {}
}
