import { RefusalCode } from '@oms/domain';
import type { RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';

/** Refuses a URL with invalid percent-encoding, and a request without exactly one Host header. */
export function wellFormedUrl(): RequestHandler {
  return (request, _response, next) => {
    if (!request.get('host')) throw new HttpRefusal(RefusalCode.InvalidRequest, 'the Host header is missing');
    // Node shows only the first Host header. A proxy in front may use the second (RFC 9112, section 3.2).
    if (request.headersDistinct['host']?.length !== 1) {
      throw new HttpRefusal(RefusalCode.InvalidRequest, 'there must be one Host header, not several');
    }
    try {
      decodeURIComponent(request.url);
    } catch {
      throw new HttpRefusal(RefusalCode.InvalidRequest, 'the URL is not percent-encoded correctly');
    }
    next();
  };
}
