import { RefusalCode } from '@oms/domain';
import type { RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';
import { faultOfStructure } from './json-bounds.js';
import { hasBody, readBytes } from './read-bytes.js';

const wrongContentType = 'the Content-Type must be application/json';

/**
 * Reads the body as uncompressed `application/json` in UTF-8. Checks the limits of its bytes and its structure before
 * parsing it. Accepts a request without a body: the operation decides whether it needs one.
 */
export function jsonBody(megabytes: number): RequestHandler {
  const read = readBytes({
    maxBytes: megabytes * 1024 * 1024,
    tooLarge: `the body must not be larger than ${megabytes} MB`,
  });
  return (request, response, next) => {
    if (!hasBody(request)) {
      next();
      return;
    }
    assertJson(request.get('content-type'));
    read(request, response, (fault: unknown) => {
      if (fault !== undefined) {
        next(fault);
        return;
      }
      try {
        request.body = parseJson(request.body as Buffer);
        next();
      } catch (error) {
        next(error);
      }
    });
  };
}

/** @throws HttpRefusal unless the content type is `application/json` with the charset UTF-8 or none */
function assertJson(contentType: string | undefined): void {
  if (contentType === undefined)
    throw new HttpRefusal(RefusalCode.InvalidRequest, `${wrongContentType}, and is missing`);
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') throw new HttpRefusal(RefusalCode.InvalidRequest, wrongContentType);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"', '"utf8"'].includes(charset)) {
    throw new HttpRefusal(RefusalCode.InvalidRequest, 'the charset of the body must be UTF-8');
  }
}

/** @throws HttpRefusal unless the bytes are a JSON object or array within the limits. The message quotes no input. */
function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const fault = faultOfStructure(bytes);
  if (fault !== undefined) throw new HttpRefusal(RefusalCode.InvalidRequest, `the body ${fault}`);
  const text = decodeUtf8(bytes);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new HttpRefusal(RefusalCode.InvalidRequest, notAnObject, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null)
    throw new HttpRefusal(RefusalCode.InvalidRequest, notAnObject);
  return parsed;
}

const notAnObject = 'the body must be a JSON object';

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HttpRefusal(RefusalCode.InvalidRequest, 'the body must be encoded in UTF-8', { cause });
  }
}
