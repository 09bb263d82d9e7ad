import { isUtf8 } from 'node:buffer';

import express, { type Request, type RequestHandler } from 'express';

import { HttpError } from './http-error.js';

const maxBodyBytes = 10 * 1024 * 1024;

const wrongContentType = 'the Content-Type must be application/json';

/**
 * Reads the body as JSON: `application/json` in UTF-8 and nothing else, at most 10 MB, also after decompression. A
 * request without a body passes; its handler says what it needs.
 */
export function jsonBody(): RequestHandler {
  const parse = express.json({
    limit: maxBodyBytes,
    type: () => true,
    verify: (_request, _response, body) => {
      if (!isUtf8(body)) throw new Error('the body is not UTF-8');
    },
  });
  return (request, response, next) => {
    if (!hasBody(request)) {
      next();
      return;
    }
    assertJson(request.get('content-type'));
    parse(request, response, (error: unknown) => {
      if (error === undefined) next();
      else next(bodyFault(error));
    });
  };
}

function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

/** @throws HttpError 400 unless the type is JSON, in UTF-8 where it says a charset */
function assertJson(contentType: string | undefined): void {
  if (contentType === undefined) throw new HttpError(400, `${wrongContentType}, and is missing`);
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') throw new HttpError(400, wrongContentType);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"', '"utf8"'].includes(charset)) {
    throw new HttpError(400, 'the charset of the body must be UTF-8');
  }
}

/** The parser's reasons in our words: its own quote what the client sent, and some of its statuses are not ours. */
const messages: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'the body must be a JSON object',
  'entity.verify.failed': 'the body must be encoded in UTF-8',
  'charset.unsupported': 'the charset of the body must be UTF-8',
  'encoding.unsupported': 'the Content-Encoding of the body must be gzip, deflate or br, or be left out',
  'request.size.invalid': 'the body is not as long as its Content-Length says',
  'request.aborted': 'the body ended too early',
};

function bodyFault(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error)) return error;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  if (type === 'entity.too.large') {
    return new HttpError(413, 'the body must not be larger than 10 MB', { cause: error });
  }
  const isOurs = typeof error.status !== 'number' || error.status >= 500;
  if (isOurs) return error;
  return new HttpError(400, messages[type] ?? 'the body is not encoded as its headers say', { cause: error });
}
