import { RequestFaultKind } from '../faults/fault.js';
import type { DueFault, FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import { RequestFaults, type FaultyRequest } from '../faults/request-faults.js';
import type { Answer, Reply } from '../http/reply.js';
import { newDebugId } from './ids.js';
import type { Effect, PayPalChange, PayPalOperation } from './operations/operation.js';
import { renderObject } from './operations/reads.js';
import type { PayPalAccount } from './paypal-account.js';
import { inProgress, PayPalError, rateLimited, serverError, unprocessable } from './paypal-error.js';
import { minimal } from './render.js';

/** An authenticated request to an operation. */
export interface PayPalCall extends FaultyRequest {
  readonly operation: PayPalOperation;
  readonly id: string;
  readonly path: string;
  readonly body: unknown;
  /** `PayPal-Request-Id`. Null if it is absent, or if the method ignores it. */
  readonly key: string | null;
  /** Whether `Prefer` asks for the whole object. */
  readonly whole: boolean;
}

interface PipelineOptions {
  readonly account: PayPalAccount;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
}

/** Makes PayPal's answers to requests with faults. */
export function createPayPalFaults(options: Omit<PipelineOptions, 'account'>): RequestFaults {
  return new RequestFaults({
    ...options,
    answers: {
      rateLimited: ({ retryAfterSeconds }) => errorAnswer(rateLimited(retryAfterSeconds)),
      serverError: ({ status }) => errorAnswer(serverError(status)),
    },
  });
}

/**
 * Serves calls: `PayPal-Request-Id`, faults before and after the effect, and the effect between them.
 *
 * "When you include a previously specified PayPal-Request-Id header in a request, PayPal returns the latest status of
 * the previous request that used that same header." A key therefore stores the object that it has made, not an
 * answer: a failed request is executed again, and a repeated one shows the object's newest state.
 *
 * @see https://developer.paypal.com/api/rest/reference/idempotency/
 */
export class PayPalPipeline {
  readonly #account: PayPalAccount;
  readonly #faults: RequestFaults;
  readonly #keysInUse = new Set<string>();

  constructor({ account, faults, held }: PipelineOptions) {
    this.#account = account;
    this.#faults = createPayPalFaults({ faults, held });
  }

  /** Rejects only when the simulator itself fails, for instance because its disk is full; nothing has changed then. */
  async serve(call: PayPalCall): Promise<Reply> {
    this.#account.voidLapsed();
    try {
      return await this.#serve(call);
    } catch (error) {
      if (error instanceof PayPalError) return errorAnswer(error);
      throw error;
    }
  }

  async #serve(call: PayPalCall): Promise<Reply> {
    const stored = this.#findKey(call);
    const due = this.#faults.due(call, stored !== undefined);
    // PayPal stores no failures.
    const fault = due && { ...due, spec: { ...due.spec, stored: false } };
    const held = stored ? undefined : this.#use(call.key);
    let answer: Answer;
    try {
      const ended = fault && (await this.#faults.before(call, fault));
      if (ended) return ended;
      answer = stored ? this.#render(call, stored) : this.#execute(call, fault);
      call.log.replayed = stored !== undefined;
    } finally {
      held?.();
    }
    return fault ? this.#faults.after(call, fault, answer) : answer;
  }

  #findKey({ key, path }: PayPalCall): Effect | undefined {
    if (key === null) return undefined;
    if (this.#keysInUse.has(key)) throw inProgress();
    const stored = this.#account.records.requestKeys.get(key);
    if (stored && stored.path !== path) throw unprocessable('DUPLICATE_REQUEST_ID');
    return stored;
  }

  #use(key: string | null): (() => void) | undefined {
    if (key === null) return undefined;
    this.#keysInUse.add(key);
    return () => this.#keysInUse.delete(key);
  }

  #execute(call: PayPalCall, fault: DueFault | undefined): Answer {
    const { operation, id } = call;
    return operation.method === 'GET'
      ? answerOf(200, operation.read(id, this.#account.records))
      : this.#change(call, operation, fault);
  }

  /** Executes a change, and commits its effect and its key in one transaction. */
  #change(call: PayPalCall, operation: PayPalChange, fault: DueFault | undefined): Answer {
    const { id, body, key, path, log } = call;
    const execution = this.#account.begin({ requestId: log.id, key }, () =>
      fault?.spec.kind === RequestFaultKind.Decline && this.#faults.fire(call, fault)
        ? fault.spec.declineCode
        : undefined,
    );
    const effect = operation.change(execution, id, body);
    const { requestKeys } = this.#account.records;
    const remember =
      key === null ? [] : [requestKeys.put({ id: key, path, ...effect, createdMs: execution.nowMs })];
    this.#account.commit(execution, remember);
    return this.#render(call, effect);
  }

  #render({ operation, whole }: PayPalCall, { kind, object, status }: Effect): Answer {
    const rendered = renderObject(kind, object, this.#account.records);
    if (whole) return answerOf(status, rendered);
    return operation.path.endsWith('/void')
      ? { ...answerOf(204, {}), body: '' }
      : answerOf(status, minimal(rendered));
  }
}

export function errorAnswer(error: PayPalError): Answer {
  const debugId = newDebugId();
  return {
    ...answerOf(error.status, error.body(debugId)),
    headers: { ...error.headers, 'paypal-debug-id': debugId },
  };
}

export function answerOf(status: number, body: object): Answer {
  return { kind: 'answer', status, body: JSON.stringify(body), headers: { 'paypal-debug-id': newDebugId() } };
}
