import type { Download, Page } from '@oms/contracts/http';

/** The result of a handler. One middleware renders it; no handler touches the connection. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Partial<Record<string, string>>>;
  /** Rendered as JSON, except for an {@link HtmlDocument} and a {@link PdfFile}. */
  readonly body: unknown;
}

/** A complete HTML page, sent unchanged. Browsers apply no styles but the given text of its style element. */
export class HtmlDocument implements Page {
  constructor(
    readonly html: string,
    readonly styles: string,
  ) {}
}

/** A complete PDF, sent unchanged. Browsers show it, and save it under the given name. */
export class PdfFile implements Download {
  /** @param fileName of letters, digits, hyphens and dots only */
  constructor(
    readonly bytes: Buffer,
    readonly fileName: string,
  ) {
    if (!/^[\w.-]+$/.test(fileName)) throw new Error(`${JSON.stringify(fileName)} is not safe in a header`);
  }
}
