import { RefusalCode } from '@oms/domain';
import type { RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';

/**
 * Refuses methods that a path does not have. Answers 404 with the allowed methods, because the APIs' table of
 * statuses has no 405.
 */
export function onlyMethods(methods: readonly string[]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return (request) => {
    throw new HttpRefusal(
      RefusalCode.NotFound,
      `this path has no method ${request.method}; it has ${allowed}`,
      {
        headers: { Allow: allowed },
      },
    );
  };
}
