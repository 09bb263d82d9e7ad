import type { RequestHandler } from 'express';

import { HttpError } from './http-error.js';

/** Refuses a URL whose percent-encoding is broken, and a request that does not say whom it is for. */
export function wellFormedUrl(): RequestHandler {
  return (request, _response, next) => {
    if (!request.get('host')) throw new HttpError(400, 'the Host header is missing');
    try {
      decodeURIComponent(request.url);
    } catch {
      throw new HttpError(400, 'the URL is not percent-encoded correctly');
    }
    next();
  };
}
