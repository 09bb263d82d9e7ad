import type { Response } from 'express';

import { newRequestId } from '../stripe/ids.js';

/** Assigns a request its id, which its answer and its log lines carry. */
export function assignRequestId(response: Response): string {
  const id = newRequestId();
  response.locals['requestId'] = id;
  return id;
}

export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}
