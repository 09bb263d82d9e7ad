import { createHash } from 'node:crypto';

import helmet from 'helmet';
import type { RequestHandler } from 'express';

/**
 * The content policy of an answer: nothing is loaded, run, sent or embedded.
 *
 * @param styles the exact text of the only style element of a page
 */
export function contentPolicy({ styles }: { readonly styles?: string } = {}): string {
  const hash = styles === undefined ? [] : [`style-src 'sha256-${sha256(styles)}'`];
  return [
    "default-src 'none'",
    ...hash,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Sets headers that forbid browsers to cache, embed or execute an answer. */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    // Answers contain a tenant's data, and the answer to the same request changes with time.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Security-Policy', contentPolicy());
    protect(request, response, next);
  };
}
