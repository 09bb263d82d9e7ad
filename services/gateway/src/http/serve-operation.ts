import {
  parseInput,
  type AnswerOf,
  type InputOf,
  type PrincipalOperation,
  type RawRequest,
} from '@oms/contracts/http';

import type { Principal } from '../auth/principal.js';
import type { HttpResponse } from './http-response.js';

/** An operation with its handler. */
export interface ApiRoute {
  readonly operation: PrincipalOperation;
  /** Parses the request and answers it. `renderErrors` renders the errors that it throws. */
  readonly handle: (request: RawRequest, principal: Principal) => Promise<HttpResponse>;
}

/** Carries out an operation: takes a parsed request, and returns one of the declared answers. */
export type Handler<Spec extends PrincipalOperation> = (
  input: InputOf<Spec>,
  principal: Principal,
) => Promise<AnswerOf<Spec>>;

/** Makes the route of an operation and its handler. */
export function serve<const Spec extends PrincipalOperation>(
  operation: Spec,
  handle: Handler<Spec>,
): ApiRoute {
  return {
    operation,
    handle: async (request, principal) => handle(parseInput(operation, request), principal),
  };
}
