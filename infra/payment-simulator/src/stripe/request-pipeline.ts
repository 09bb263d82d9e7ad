import { RequestFaultKind } from '../faults/fault.js';
import type { DueFault, FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import { RequestFaults } from '../faults/request-faults.js';
import type { Answer, Reply } from '../http/reply.js';
import type { Change } from '../store/collection.js';
import type { Form } from './form.js';
import type { KeyedRequest, StoredAnswer } from './idempotency.js';
import type { StripeOperation } from './operations/operation.js';
import type { LoggedRequest } from '../http/request-log.js';
import type { StripeAccount } from './stripe-account.js';
import { rateLimited, serverError, StripeError } from './stripe-error.js';

/** An authenticated request to an operation. */
export interface StripeCall {
  readonly requestId: string;
  readonly operation: StripeOperation;
  readonly id: string;
  readonly path: string;
  readonly form: Form;
  /** Null if it is absent, or if the method ignores it. */
  readonly idempotencyKey: string | null;
  /** Aborted when the client has closed its connection. */
  readonly clientGone: AbortSignal;
  readonly log: LoggedRequest;
}

interface PipelineOptions {
  readonly account: StripeAccount;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
}

/** Serves calls: idempotency, faults before and after the effect, and the execution between them. */
export class RequestPipeline {
  readonly #account: StripeAccount;
  readonly #faults: RequestFaults;

  constructor({ account, faults, held }: PipelineOptions) {
    this.#account = account;
    this.#faults = new RequestFaults({
      faults,
      held,
      answers: {
        rateLimited: ({ code, retryAfterSeconds }, { log }) =>
          errorAnswer(rateLimited(code, retryAfterSeconds), log.id),
        serverError: ({ status }, { log }) => errorAnswer(serverError(status, false), log.id),
      },
    });
  }

  /** Rejects only when the simulator itself fails, for instance because its disk is full; nothing has changed then. */
  async serve(call: StripeCall): Promise<Reply> {
    this.#account.cancelLapsed();
    try {
      return await this.#serve(call);
    } catch (error) {
      if (error instanceof StripeError) return errorAnswer(error, call.requestId);
      throw error;
    }
  }

  async #serve(call: StripeCall): Promise<Reply> {
    const { log, path, form, idempotencyKey: key } = call;
    const keyed = key === null ? undefined : { key, path, form };
    const stored = keyed && this.#account.keys.find(keyed, this.#account.clock.nowMs());
    const fault = this.#faults.due(call, stored !== undefined);
    const doneWithKey = keyed && !stored ? this.#account.keys.use(keyed.key) : undefined;
    let answer: Answer;
    try {
      const ended = fault && (await this.#faults.before(call, fault));
      if (ended) return ended;
      answer = stored ? replay(stored) : this.#execute(call, keyed, fault);
      log.replayed = stored !== undefined;
    } finally {
      doneWithKey?.();
    }
    return fault ? this.#faults.after(call, fault, answer) : answer;
  }

  /** Executes the operation, and commits its effect and its answer in one transaction. */
  #execute(call: StripeCall, keyed: KeyedRequest | undefined, fault: DueFault | undefined): Answer {
    const { operation, requestId, idempotencyKey } = call;
    const execute = operation.prepare(call);
    const is = (kind: RequestFaultKind): boolean => fault?.spec.kind === kind;
    const execution = this.#account.begin({ requestId, idempotencyKey }, () =>
      fault && is(RequestFaultKind.Decline) && this.#faults.fire(call, fault)
        ? fault.spec.declineCode
        : undefined,
    );
    const failBefore = fault && is(RequestFaultKind.ErrorBefore) && this.#faults.fire(call, fault);
    let failure: StripeError | undefined = failBefore ? serverError(fault.spec.status, true) : undefined;
    let answer: Answer | undefined;
    if (!failure) {
      try {
        answer = answerOf(200, execute(execution));
      } catch (error) {
        if (!(error instanceof StripeError)) throw error;
        failure = error;
      }
      if (fault && is(RequestFaultKind.ErrorAfter) && fault.spec.stored && this.#faults.fire(call, fault)) {
        failure = serverError(fault.spec.status, true);
      }
    }
    if (failure) answer = errorAnswer(failure, requestId);
    if (!answer) throw new Error('an execution ended without an answer');
    const alongside: Change[] = [];
    if (keyed && failure?.stored !== false) {
      const { status, body } = answer;
      const stored = { status, body, request: requestId };
      alongside.push(this.#account.keys.store(keyed, stored, execution.nowMs));
    }
    this.#account.commit(execution, alongside);
    return answer;
  }
}

/** Renders an error as an answer. Stores nothing. */
export function errorAnswer(error: StripeError, requestId: string): Answer {
  return { ...answerOf(error.status, error.body(requestId)), headers: error.headers };
}

function answerOf(status: number, body: object): Answer {
  return { kind: 'answer', status, body: JSON.stringify(body), headers: {} };
}

/** @see https://docs.stripe.com/error-low-level#idempotency */
function replay({ status, body, request }: StoredAnswer): Answer {
  return {
    kind: 'answer',
    status,
    body,
    headers: { 'idempotent-replayed': 'true', 'original-request': request },
  };
}
