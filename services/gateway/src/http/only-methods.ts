import { RefusalCode } from '@oms/domain';
import type { RequestHandler } from 'express';

import { HttpRefusal } from './refuse.js';

/** Refuses every method but those that the path has. The API's table of statuses has no 405: it is a 404 that says so. */
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
