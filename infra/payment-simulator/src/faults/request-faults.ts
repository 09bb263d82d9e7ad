import type { Answer, Reply } from '../http/reply.js';
import type { LoggedRequest } from '../http/request-log.js';
import { RequestFaultKind, type FaultSpec } from './fault.js';
import type { DueFault, FaultRegistry } from './fault-registry.js';
import type { HeldRequests } from './held-requests.js';

/** A request to which faults may apply. */
export interface FaultyRequest {
  /** Aborted when the client has closed its connection. */
  readonly clientGone: AbortSignal;
  readonly log: LoggedRequest;
}

/** A provider's answers to requests with faults. */
export interface FaultAnswers {
  rateLimited(spec: FaultSpec, request: FaultyRequest): Answer;
  serverError(spec: FaultSpec, request: FaultyRequest): Answer;
}

interface RequestFaultsOptions {
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
  readonly answers: FaultAnswers;
}

const reset = { kind: 'reset' } as const;
const gone = { kind: 'gone' } as const;

/** Applies faults before and after the effect of a request. Shared by all providers. */
export class RequestFaults {
  readonly #faults: FaultRegistry;
  readonly #held: HeldRequests;
  readonly #answers: FaultAnswers;

  constructor({ faults, held, answers }: RequestFaultsOptions) {
    this.#faults = faults;
    this.#held = held;
    this.#answers = answers;
  }

  /** The fault that is due for a request, if any. */
  due({ log }: FaultyRequest, replay: boolean): DueFault | undefined {
    const { operation, payment_intent: paymentIntent } = log;
    return this.#faults.due({ operation, paymentIntent: paymentIntent ?? undefined, replay });
  }

  /** Fires a fault and notes it in the request's log entry. False if other calls have used it up in the meantime. */
  fire({ log }: FaultyRequest, fault: DueFault): boolean {
    const fired = fault.fire();
    if (fired) log.fault = fault.id;
    return fired;
  }

  /** Applies a fault before the execution. @returns the reply; undefined if the request goes on */
  async before(request: FaultyRequest, fault: DueFault): Promise<Reply | undefined> {
    const { spec } = fault;
    if (spec.delayMs > 0) {
      if (spec.kind === RequestFaultKind.Slow && !this.fire(request, fault)) return undefined;
      // A provider completes a received request, even if its client has gone.
      const end = await this.#held.hold({ ...holding(request, fault), forMs: spec.delayMs });
      if (end === 'gone') return gone;
    }
    switch (spec.kind) {
      case RequestFaultKind.RateLimit:
        return this.fire(request, fault) ? this.#answers.rateLimited(spec, request) : undefined;
      case RequestFaultKind.ErrorBefore:
        return !spec.stored && this.fire(request, fault)
          ? this.#answers.serverError(spec, request)
          : undefined;
      case RequestFaultKind.ResetBefore:
        return this.fire(request, fault) ? reset : undefined;
      case RequestFaultKind.HangBefore:
        return this.fire(request, fault) ? this.#hang(request, fault) : undefined;
      default:
        return undefined;
    }
  }

  /** Applies a fault after the effect was stored. */
  async after(request: FaultyRequest, fault: DueFault, answer: Answer): Promise<Reply> {
    const { spec } = fault;
    switch (spec.kind) {
      case RequestFaultKind.ErrorAfter:
        // A stored error was written by the execution. A fresh error replaces the answer once.
        return !spec.stored && this.fire(request, fault) ? this.#answers.serverError(spec, request) : answer;
      case RequestFaultKind.ResetAfter:
        return this.fire(request, fault) ? reset : answer;
      case RequestFaultKind.HangAfter:
        return this.fire(request, fault) ? ((await this.#hang(request, fault)) ?? answer) : answer;
      default:
        return answer;
    }
  }

  /** Waits until the request is released, its client has gone, or this process ends. */
  async #hang(request: FaultyRequest, fault: DueFault): Promise<Reply | undefined> {
    const end = await this.#held.hold({ ...holding(request, fault), clientGone: request.clientGone });
    return end === 'gone' ? gone : undefined;
  }
}

function holding({ log }: FaultyRequest, fault: DueFault) {
  return { faultId: fault.id, paymentIntent: log.payment_intent ?? undefined };
}
