import { RequestFaultKind } from '../faults/fault.js';
import type { DueFault, FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import { RequestFaults, type FaultyRequest } from '../faults/request-faults.js';
import type { Answer, Reply } from '../http/reply.js';
import type { AdyenAccount } from './adyen-account.js';
import { AdyenError, inProgress, invalid, rateLimited, serverError } from './adyen-error.js';
import {
  readModification,
  receiveModification,
  type ModificationEndpoint,
  type ModificationRequest,
} from './adyen-operations.js';

const maxKeyLength = 64;

/** An authenticated request to change a payment. */
export interface AdyenCall extends FaultyRequest {
  readonly endpoint: ModificationEndpoint;
  readonly pspReference: string;
  readonly body: string;
  readonly idempotencyKey: string | null;
}

interface PipelineOptions {
  readonly account: AdyenAccount;
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
}

/**
 * Serves calls: idempotency, faults before and after the effect, and the execution between them.
 *
 * A key stores its first answer, errors included, and every retry gets it. An answer with `transient-error: true` is
 * not stored: the next request with the key is executed.
 *
 * @see https://docs.adyen.com/development-resources/api-idempotency
 */
export class AdyenPipeline {
  readonly #account: AdyenAccount;
  readonly #faults: RequestFaults;
  readonly #inUse = new Set<string>();

  constructor({ account, faults, held }: PipelineOptions) {
    this.#account = account;
    this.#faults = new RequestFaults({
      faults,
      held,
      answers: {
        rateLimited: () => rateLimited().answer(),
        serverError: ({ status, transient }) => serverError(status, transient === true).answer(),
      },
    });
  }

  /** Rejects only when the simulator itself fails, for instance because its disk is full; nothing has changed then. */
  async serve(call: AdyenCall): Promise<Reply> {
    try {
      const reply = await this.#serve(call);
      return reply.kind === 'answer' ? withKey(reply, call.idempotencyKey) : reply;
    } catch (error) {
      if (error instanceof AdyenError) return withKey(error.answer(), call.idempotencyKey);
      throw error;
    }
  }

  async #serve(call: AdyenCall): Promise<Reply> {
    const { endpoint, body, idempotencyKey: key, log } = call;
    const request = readModification(endpoint, body, this.#account.merchantAccount);
    if (key !== null && key.length > maxKeyLength) {
      throw invalid('703', `Idempotency-Key must have at most ${maxKeyLength} characters`);
    }
    const stored = key === null ? undefined : this.#account.storedAnswer(key);
    const newKey = stored ? null : key;
    if (newKey !== null && this.#inUse.has(newKey)) throw inProgress();
    const fault = this.#faults.due(call, stored !== undefined);
    if (newKey !== null) this.#inUse.add(newKey);
    let answer: Answer;
    try {
      const ended = fault && (await this.#faults.before(call, fault));
      if (ended) return ended;
      answer = stored
        ? { kind: 'answer', status: stored.status, body: stored.body, headers: {} }
        : this.#execute(call, request, fault);
      log.replayed = stored !== undefined;
    } finally {
      if (newKey !== null) this.#inUse.delete(newKey);
    }
    return fault ? this.#faults.after(call, fault, answer) : answer;
  }

  /** Executes the modification, and commits its effect and its answer in one transaction. */
  #execute(call: AdyenCall, request: ModificationRequest, fault: DueFault | undefined): Answer {
    const { endpoint, pspReference, idempotencyKey, log } = call;
    const isDue = (kind: RequestFaultKind): boolean => fault?.spec.kind === kind;
    const execution = this.#account.begin();
    let answer: Answer | undefined;
    if (fault && isDue(RequestFaultKind.ErrorBefore) && this.#faults.fire(call, fault)) {
      answer = serverError(fault.spec.status, false).answer();
    }
    const declined = fault && isDue(RequestFaultKind.Decline) && this.#faults.fire(call, fault);
    const failureReason = declined ? fault.spec.declineCode : null;
    const given = { endpoint, pspReference, request, failureReason, idempotencyKey, requestId: log.id };
    let taken: ReturnType<typeof receiveModification> | undefined;
    if (!answer) {
      try {
        taken = receiveModification(this.#account, execution, given);
        answer = { kind: 'answer', status: 201, body: JSON.stringify(taken.answer), headers: {} };
      } catch (error) {
        if (!(error instanceof AdyenError)) throw error;
        answer = error.answer();
      }
      if (
        fault &&
        isDue(RequestFaultKind.ErrorAfter) &&
        fault.spec.stored &&
        this.#faults.fire(call, fault)
      ) {
        answer = serverError(fault.spec.status, false).answer();
      }
    }
    const { status, body } = answer;
    const kept =
      idempotencyKey === null
        ? []
        : [
            this.#account.records.answers.put({
              id: idempotencyKey,
              status,
              body,
              createdMs: execution.nowMs,
            }),
          ];
    this.#account.commit(execution, kept);
    if (taken) this.#account.expect(taken.modification);
    return answer;
  }
}

/** "To verify that a request was processed idempotently, check the idempotency-key header in the response." */
function withKey(answer: Answer, key: string | null): Answer {
  return key === null ? answer : { ...answer, headers: { ...answer.headers, 'idempotency-key': key } };
}
