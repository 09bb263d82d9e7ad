import { matchesOperation, RequestFaultKind, type FaultSpec } from './fault.js';
import { seededRandom } from './seeded-random.js';

/** A request or an event that a fault may match. */
export interface FaultOccasion {
  readonly operation: string;
  readonly paymentIntent: string | undefined;
  /** Whether the answer is a stored one: the request executes nothing. */
  readonly replay?: boolean;
}

/** A fault as the control API shows it. */
export interface FaultReport extends FaultSpec {
  readonly id: string;
  /** How often it has happened. */
  readonly fired: number;
  /** How often it will still happen; null without a limit. */
  readonly remaining: number | null;
}

/** A fault that matches a call. It counts as fired when the call reaches its point. */
export interface DueFault {
  readonly id: string;
  readonly spec: FaultSpec;
  /** Counts it as fired. False if other calls have used it up in the meantime. */
  fire(): boolean;
}

interface ActiveFault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly random: () => number;
  fired: number;
}

/**
 * The configured faults. A restart removes them: a restarted simulator is healthy. If several match, the oldest
 * applies.
 */
export class FaultRegistry {
  readonly #faults = new Map<string, ActiveFault>();
  #count = 0;

  add(spec: FaultSpec): FaultReport {
    this.#count += 1;
    const fault: ActiveFault = {
      id: `fault_${this.#count}`,
      spec,
      random: seededRandom(spec.seed),
      fired: 0,
    };
    this.#faults.set(fault.id, fault);
    return report(fault);
  }

  list(): readonly FaultReport[] {
    return [...this.#faults.values()].map(report);
  }

  get(id: string): FaultReport | undefined {
    const fault = this.#faults.get(id);
    return fault && report(fault);
  }

  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  /** @returns the ids of the removed faults */
  clear(): readonly string[] {
    const ids = [...this.#faults.keys()];
    this.#faults.clear();
    return ids;
  }

  /** The fault that is due on this occasion, if any. It takes effect only when it is fired. */
  due(occasion: FaultOccasion): DueFault | undefined {
    for (const fault of this.#faults.values()) {
      if (!applies(fault, occasion)) continue;
      const { probability } = fault.spec;
      if (probability !== undefined && fault.random() >= probability) continue;
      return { id: fault.id, spec: fault.spec, fire: () => fire(fault) };
    }
    return undefined;
  }
}

function report(fault: ActiveFault): FaultReport {
  const { times } = fault.spec;
  return {
    id: fault.id,
    ...fault.spec,
    fired: fault.fired,
    remaining: times === undefined ? null : times - fault.fired,
  };
}

function fire(fault: ActiveFault): boolean {
  if (fault.spec.times !== undefined && fault.fired >= fault.spec.times) return false;
  fault.fired += 1;
  return true;
}

function applies({ spec, fired }: ActiveFault, occasion: FaultOccasion): boolean {
  if (spec.times !== undefined && fired >= spec.times) return false;
  if (occasion.replay === true && needsExecution(spec)) return false;
  const { paymentIntent } = spec.match;
  return (
    matchesOperation(spec.operation, occasion.operation) &&
    (paymentIntent === undefined || paymentIntent === occasion.paymentIntent)
  );
}

/** Faults of an execution do not apply to a replayed answer; faults of the network do. */
function needsExecution({ kind, stored }: FaultSpec): boolean {
  return (
    kind === RequestFaultKind.Decline ||
    (stored && (kind === RequestFaultKind.ErrorBefore || kind === RequestFaultKind.ErrorAfter))
  );
}
