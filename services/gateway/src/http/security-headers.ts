import helmet from 'helmet';
import type { RequestHandler } from 'express';

/** The headers that tell browsers to do nothing with an answer but read it. */
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
    // Answers hold a tenant's data, and errors change from one moment to the next.
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}
