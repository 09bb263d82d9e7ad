import { setTimeout } from 'node:timers/promises';

import { orderWorkflowId, paymentNotifiedSignal } from '@oms/contracts/temporal';
import type { OrderLifeReader } from '@oms/database';
import {
  decide,
  RefusalCode,
  type OrderCommandOf,
  type OrderCommandType,
  type OrderFacts,
  type OrderRef,
} from '@oms/domain';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

import type { ChangeOrder, ChangeOrderOutcome } from './order-changer.js';

export interface NewestFactsDeps {
  readonly client: Client;
  readonly orders: Pick<OrderLifeReader, 'findFacts'>;
  /** How long to ask again. */
  readonly changeTimeoutMs: number;
}

const retryEveryMs = 100;

/**
 * What a provider says is in the books before the order's workflow hears of it, by much where the worker dies that was to
 * tell it; and a workflow that has just gone on in a new run has yet to read the books. A refusal that they contradict is
 * one of a workflow that is behind: it is told what the books have, and asked again, for as long as a change may take.
 * Where they refuse for another reason, theirs is the newer one.
 */
export async function onNewestFacts<Type extends OrderCommandType>(
  deps: NewestFactsDeps,
  { ref, type, request }: ChangeOrder<Type>,
  ask: () => Promise<ChangeOrderOutcome | undefined>,
): Promise<ChangeOrderOutcome | undefined> {
  const deadline = Date.now() + deps.changeTimeoutMs;
  let told: number | undefined;
  for (;;) {
    const outcome = await ask();
    if (outcome?.kind !== 'refused' || !mayBeBehind(type, outcome.code)) return outcome;
    const facts = await deps.orders.findFacts(ref, ref.orderId);
    if (!facts) return outcome;
    const decision = decide(facts, commandOf(type, request));
    if (decision.kind === 'refused') return decision.code === outcome.code ? outcome : decision;
    if (Date.now() + retryEveryMs > deadline) return outcome;
    if (changedByProviders.includes(outcome.code) && told !== facts.version) {
      told = facts.version;
      await tell(deps, ref, facts);
    } else await setTimeout(retryEveryMs);
  }
}

/** An order that is being cancelled is given up no more, of which the books do not know yet: the workflow is right. */
const mayBeBehind = (type: OrderCommandType, code: RefusalCode): boolean =>
  changedByProviders.includes(code) || (code === RefusalCode.TransitionNotAllowed && type !== 'give_up');

/** What a payment's captures and refunds decide. */
const changedByProviders: readonly RefusalCode[] = [
  RefusalCode.AmountNotAvailable,
  RefusalCode.PaymentFailed,
  RefusalCode.PaymentNotUnknown,
  RefusalCode.ReturnNotReady,
];

/** As whoever booked what the provider said does, who may have died over it. Hearing of it twice is once. */
async function tell(
  { client, changeTimeoutMs }: NewestFactsDeps,
  { orderId }: OrderRef,
  facts: OrderFacts,
): Promise<void> {
  try {
    await client.withDeadline(Date.now() + changeTimeoutMs, () =>
      client.workflow.getHandle(orderWorkflowId(orderId)).signal(paymentNotifiedSignal, { facts }),
    );
  } catch (error) {
    // One that has ended meanwhile needs no telling: its record answers.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** The command that a change asks its order for. */
export function commandOf<Type extends OrderCommandType>(
  type: Type,
  request: ChangeOrder<Type>['request'],
): OrderCommandOf<Type> {
  // The request was parsed by the face that it came through.
  return { ...request, type } as unknown as OrderCommandOf<Type>;
}
