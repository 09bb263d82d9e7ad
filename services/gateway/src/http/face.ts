import { RefusalCode, type CommandRefusal } from '@oms/domain';

import type { ErrorStatus } from './http-error.js';

/**
 * One of the three APIs over the same orders. They differ in who may come in and in how they say no; neither holds a
 * rule of its own.
 */
export interface Face {
  /** What a decision against a change is called. */
  readonly statusOfRefusal: (code: RefusalCode) => ErrorStatus;
  /** What is said beside the message, where the face has a word for it. */
  readonly codeOfStatus?: (status: ErrorStatus, refusal?: CommandRefusal) => string | undefined;
}

/** Its table of statuses has neither 409 nor 422: what a rule forbids is a bad request. */
const omsFace: Face = {
  statusOfRefusal: (code) => (code === RefusalCode.PartNotFound ? 404 : 400),
};

const salesFace: Face = {
  statusOfRefusal: (code) => (code === RefusalCode.PartNotFound ? 404 : 422),
};

const commerceFace: Face = {
  statusOfRefusal: salesFace.statusOfRefusal,
  codeOfStatus: (status, refusal) => (refusal ? refusal.code.toUpperCase() : commerceCodes[status]),
};

const commerceCodes: Readonly<Partial<Record<ErrorStatus, string>>> = {
  400: 'INVALID_REQUEST',
  401: 'INVALID_AUTH',
  403: 'INVALID_AUTH',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'TOO_LARGE',
  422: 'UNPROCESSABLE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL',
};

/** Whose answer a path gets, also where nothing is at that path. */
export function faceOf(path: string): Face {
  if (path.startsWith('/api/v1/sales/')) return salesFace;
  if (path.startsWith('/v1/')) return commerceFace;
  return omsFace;
}
