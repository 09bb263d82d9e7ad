import { Api, getOperation, renderOperation, type OperationState } from '@oms/contracts/http';
import { isPassingFault } from '@oms/database';
import { notFound, refusal, RefusalCode, RefusedError, type Refusal } from '@oms/domain';

import { inWordsOf } from '../../../http/public-api.js';
import { HttpRefusal } from '../../../http/refuse.js';
import { serve, type ApiRoute } from '../../../http/serve-operation.js';
import type { FoundOperation, OperationReader } from '../../../temporal/operation-reader.js';
import { isTemporalFault } from '../../../temporal/update-failures.js';
import { failedConfirmation } from './failed-confirmation.js';

export interface OperationRouteDeps {
  readonly changes: OperationReader;
}

/** `GET /api/v1/operations/{operationID}`: what became of a change that was answered 202. */
export function operationRoute({ changes }: OperationRouteDeps): ApiRoute {
  return serve(getOperation, async ({ params: { operationID: key } }, { scope }) => {
    const found = await changes.find(scope, key).catch((cause: unknown) => {
      if (!isPassingFault(cause) && !isTemporalFault(cause)) throw cause;
      const message = 'what became of the change cannot be told now; ask again';
      throw new HttpRefusal(RefusalCode.Unavailable, message, { headers: { 'Retry-After': '5' }, cause });
    });
    if (!found) throw new RefusedError(notFound('operation'));
    const state = stateOf(found);
    const headers = state.kind === 'pending' ? { headers: { 'Retry-After': '1' } } : {};
    return { status: 200, ...headers, body: renderOperation(key, state) };
  });
}

function stateOf(found: FoundOperation): OperationState {
  switch (found.kind) {
    case 'pending':
      return found;
    case 'answered':
      return { kind: 'done', answer: found.answer };
    case 'done': {
      const { type, answer, cancellationDetail, at } = found;
      const failed = failedConfirmation(type, answer, cancellationDetail);
      return failed ? refusedWith(failed, at) : { kind: 'done', answer, at };
    }
    case 'refused':
      return refusedWith(found.refusal, 'at' in found ? found.at : undefined);
    case 'interrupted':
      return refusedWith(interrupted);
  }
}

function refusedWith(reason: Refusal, at?: string): OperationState {
  return { kind: 'refused', refusal: inWordsOf(Api.Sales, reason), ...(at === undefined ? {} : { at }) };
}

const interrupted = refusal(
  RefusalCode.Interrupted,
  "the order's workflow was ended before it made the change; send it again with the same Idempotency-Key",
);
