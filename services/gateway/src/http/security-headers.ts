import helmet from 'helmet';
import type { RequestHandler } from 'express';

/** Sets headers that forbid browsers to cache, embed or execute an answer. */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    // Answers contain a tenant's data, and the answer to the same request changes with time.
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}
