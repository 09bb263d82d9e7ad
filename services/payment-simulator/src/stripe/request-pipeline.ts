import { RequestFaultKind } from '../faults/fault.js';
import type { DueFault, FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import type { Change } from '../store/collection.js';
import type { Form } from './form.js';
import type { KeyedRequest, StoredAnswer } from './idempotency.js';
import type { StripeOperation } from './operations/operation.js';
import type { LoggedRequest } from './request-log.js';
import type { StripeAccount } from './stripe-account.js';
import { rateLimited, serverError, StripeError } from './stripe-error.js';

/** An authenticated request to an operation. */
export interface StripeCall {
  readonly requestId: string;
  readonly operation: StripeOperation;
  readonly id: string;
  readonly path: string;
  readonly form: Form;
  /** Null where there is none, or where the method does not heed it. */
  readonly idempotencyKey: string | null;
  /** Aborted when the client has closed its connection. */
  readonly clientGone: AbortSignal;
  readonly log: LoggedRequest;
}

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What becomes of a request: an answer, a connection that is reset, or nothing more, its client being gone. */
export type Reply = Answer | { readonly kind: 'reset' } | { readonly kind: 'gone' };

interface PipelineOptions {
  readonly account: StripeAccount;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
}

const reset = { kind: 'reset' } as const;
const gone = { kind: 'gone' } as const;

/** Serves calls: idempotency, faults before and after the effect, and the execution between them. */
export class RequestPipeline {
  readonly #account: StripeAccount;
  readonly #faults: FaultRegistry;
  readonly #held: HeldRequests;

  constructor({ account, faults, held }: PipelineOptions) {
    this.#account = account;
    this.#faults = faults;
    this.#held = held;
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
    const { operation, log, path, form, idempotencyKey: key } = call;
    const keyed = key === null ? undefined : { key, path, form };
    const stored = keyed && this.#account.keys.find(keyed, this.#account.clock.nowMs());
    const fault = this.#faults.due({
      operation: operation.name,
      paymentIntent: log.payment_intent ?? undefined,
      replay: stored !== undefined,
    });
    const doneWithKey = keyed && !stored ? this.#account.keys.use(keyed.key) : undefined;
    let answer: Answer;
    try {
      const ended = fault && (await this.#failBefore(call, fault));
      if (ended) return ended;
      answer = stored ? replay(stored) : this.#execute(call, keyed, fault);
      log.replayed = stored !== undefined;
    } finally {
      doneWithKey?.();
    }
    return fault ? this.#failAfter(call, fault, answer) : answer;
  }

  /** What happens before anything is executed. Undefined when the request goes on. */
  async #failBefore(call: StripeCall, fault: DueFault): Promise<Reply | undefined> {
    const { kind, delayMs, stored, status, code, retryAfterSeconds } = fault.spec;
    if (delayMs > 0) {
      if (kind === RequestFaultKind.Slow && !this.#fire(call, fault)) return undefined;
      // A provider that has the request goes on with it, also when its client has given up.
      const end = await this.#held.hold({ ...this.#holding(call, fault), forMs: delayMs });
      if (end === 'gone') return gone;
    }
    switch (kind) {
      case RequestFaultKind.RateLimit:
        if (this.#fire(call, fault)) throw rateLimited(code, retryAfterSeconds);
        return undefined;
      case RequestFaultKind.ErrorBefore:
        if (!stored && this.#fire(call, fault)) throw serverError(status, false);
        return undefined;
      case RequestFaultKind.ResetBefore:
        return this.#fire(call, fault) ? reset : undefined;
      case RequestFaultKind.HangBefore:
        return this.#fire(call, fault) ? this.#hang(call, fault) : undefined;
      default:
        return undefined;
    }
  }

  /** What happens once the effect has taken place and is kept. */
  async #failAfter(call: StripeCall, fault: DueFault, answer: Answer): Promise<Reply> {
    switch (fault.spec.kind) {
      case RequestFaultKind.ErrorAfter: {
        // Where the error is to be stored the execution has seen to it. A fresh error hides the answer for once.
        const { stored, status } = fault.spec;
        return !stored && this.#fire(call, fault)
          ? errorAnswer(serverError(status, false), call.requestId)
          : answer;
      }
      case RequestFaultKind.ResetAfter:
        return this.#fire(call, fault) ? reset : answer;
      case RequestFaultKind.HangAfter:
        return this.#fire(call, fault) ? ((await this.#hang(call, fault)) ?? answer) : answer;
      default:
        return answer;
    }
  }

  #fire(call: StripeCall, fault: DueFault): boolean {
    const fired = fault.fire();
    if (fired) call.log.fault = fault.id;
    return fired;
  }

  /** Waits until the fault is released, or the client or this process is gone. */
  async #hang(call: StripeCall, fault: DueFault): Promise<Reply | undefined> {
    const end = await this.#held.hold({ ...this.#holding(call, fault), clientGone: call.clientGone });
    return end === 'gone' ? gone : undefined;
  }

  #holding(call: StripeCall, fault: DueFault) {
    return { faultId: fault.id, paymentIntent: call.log.payment_intent ?? undefined };
  }

  /** Executes the operation and keeps, as one, what it does and what it answers. */
  #execute(call: StripeCall, keyed: KeyedRequest | undefined, fault: DueFault | undefined): Answer {
    const { operation, requestId, idempotencyKey } = call;
    const execute = operation.prepare(call);
    const is = (kind: RequestFaultKind): boolean => fault?.spec.kind === kind;
    const execution = this.#account.begin({ requestId, idempotencyKey }, () =>
      fault && is(RequestFaultKind.Decline) && this.#fire(call, fault) ? fault.spec.declineCode : undefined,
    );
    const failBefore = fault && is(RequestFaultKind.ErrorBefore) && this.#fire(call, fault);
    let failure: StripeError | undefined = failBefore ? serverError(fault.spec.status, true) : undefined;
    let answer: Answer | undefined;
    if (!failure) {
      try {
        answer = answerOf(200, execute(execution));
      } catch (error) {
        if (!(error instanceof StripeError)) throw error;
        failure = error;
      }
      if (fault && is(RequestFaultKind.ErrorAfter) && fault.spec.stored && this.#fire(call, fault)) {
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

/** The answer of an error, without storing anything. */
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
