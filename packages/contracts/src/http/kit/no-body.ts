import { z } from 'zod';

import { parseRequest } from './parse-request.js';

const noBody = z.strictObject({});

/**
 * Reads the body of what takes none. An empty object is as good as nothing; a field that nobody would look at is
 * refused rather than ignored.
 *
 * @throws RequestError
 */
export function parseNoBody(body: unknown): Readonly<Record<string, never>> {
  return parseRequest(noBody, body ?? {}, { whole: 'the body', part: 'field' });
}
