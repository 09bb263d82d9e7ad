import { RefusalCode } from '@oms/domain';
import express, { type Request, type RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';

export interface ReadBytesOptions {
  readonly maxBytes: number;
  /** The message for a larger body, such as `the body must not be larger than 10 MB`. */
  readonly tooLarge: string;
}

/** Whether a request has a body: chunks, or a length above zero. */
export function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

/**
 * Reads the raw body into `request.body`. Refuses a compressed body unread, because a few kilobytes could expand to
 * many megabytes.
 */
export function readBytes({ maxBytes, tooLarge }: ReadBytesOptions): RequestHandler {
  const read = express.raw({ limit: maxBytes, type: () => true, inflate: false });
  return (request, response, next) => {
    read(request, response, (error: unknown) => {
      if (error === undefined) next();
      else next(readingFault(error, tooLarge));
    });
  };
}

/**
 * Messages by the type of the reader's error. The reader's own messages quote the input, and some of its statuses are
 * not in the APIs' table.
 */
const messages: Readonly<Record<string, string>> = {
  'encoding.unsupported': 'the body must not be compressed: leave the Content-Encoding out',
  'request.size.invalid': 'the body is not as long as its Content-Length says',
  'request.aborted': 'the body ended too early',
};

function readingFault(cause: unknown, tooLarge: string): unknown {
  if (!(cause instanceof Error) || !('status' in cause)) return cause;
  const type = 'type' in cause && typeof cause.type === 'string' ? cause.type : '';
  if (type === 'entity.too.large') return new HttpRefusal(RefusalCode.TooLarge, tooLarge, { cause });
  const isOurs = typeof cause.status !== 'number' || cause.status >= 500;
  return isOurs
    ? cause
    : new HttpRefusal(RefusalCode.InvalidRequest, messages[type] ?? 'the body cannot be read', { cause });
}
