import { RefusalCode } from '@oms/domain';
import express, { type Request, type RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';

export interface ReadBytesOptions {
  readonly maxBytes: number;
  /** What a body that is larger is told, such as `the body must not be larger than 10 MB`. */
  readonly tooLarge: string;
}

/** Says a request's body apart from its absence: no length, or none but zero, and no chunks. */
export function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

/**
 * Reads the body as it came, into `request.body`. A compressed one is refused unread: a few kilobytes would become many
 * megabytes.
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

/** The reader's reasons in our words: its own quote what the client sent, and some of its statuses are not ours. */
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
