import {
  DoubtPhase,
  isTakenBack,
  isTerminal,
  OrderStatus,
  PaymentStatus,
  transition,
  type CancellationReason,
  type OrderFacts,
  type OrderStatus as Status,
} from '@oms/domain';
import {
  OrderSearchAttributes,
  type ChangeAnswer,
  type OrderMemo,
  type OrderProgress,
  type OrderWorkflowInput,
  type RecordedLife,
  type RecordOrderResult,
  type Refusal,
  type ReserveInventoryResult,
  type ResolvePaymentInput,
} from '@oms/contracts/temporal';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';

import { HeldAuthorization } from './held-authorization.js';
import { describeOrder, describeRest } from './order-details.js';
import { StepsUnderWay, type StepHandle } from './steps-under-way.js';
import { Turns } from './turns.js';

/** What the workflow knows of its order. Whatever changes here is shown in the Web UI at once. */
export class OrderState {
  recorded?: RecordOrderResult;
  /** Set when the database does not take the order: it ends without a record. */
  isUnrecordable = false;
  /** Set when something was decided against the order, until that is done. */
  refusal?: Refusal;
  /** Set when this run is about to end and the next to begin: whoever waits for long answers now. */
  isContinuing = false;
  /** Callers that wait for the order's record. */
  placersWaiting = 0;
  /** Changes that were let in and are not answered yet. */
  changesInFlight = 0;
  /** Whether this run has seen the stock of all lines reserved. */
  isStockReserved = false;
  readonly authorization = new HeldAuthorization();
  /** Counts what was written about the order, as far as this run knows. */
  writes = 0;
  /** Where the order stands at its ERP, in Markdown; absent where there is nothing to say. */
  private erpWords?: string;
  /** Whether somebody asked for an order to be brought to an ERP that is younger than the order. */
  private isErpAsked = false;
  /** Counts how often somebody asked not to wait any longer. */
  retriesAsked = 0;
  private currentStatus: Status = OrderStatus.Pending;
  private paymentStatus: PaymentStatus = PaymentStatus.Pending;
  private cancellationReason?: CancellationReason;
  private readonly underWay = new StepsUnderWay(() => {
    this.show();
  });
  private life?: RecordedLife;
  private refundIds: string[] = [];
  private readonly localTurns = new Turns();

  constructor(private readonly input: OrderWorkflowInput) {
    this.isErpAsked = input.hasErp === true;
    if (input.refusal) this.refuse(input.refusal);
    this.show();
  }

  get status(): Status {
    return this.currentStatus;
  }

  get isEnded(): boolean {
    return isTerminal(this.currentStatus);
  }

  /** Absent until the order is recorded. */
  get facts(): OrderFacts | undefined {
    return this.life && { ...this.life.facts, status: this.currentStatus, paymentStatus: this.paymentStatus };
  }

  /**
   * Runs one local activity at a time. Two that are under way at once may be resolved one after the other when they
   * happen and both together when that is replayed, and what follows from them in another order then.
   */
  oneByOne<Result>(localActivity: () => Promise<Result>): Promise<Result> {
    return this.localTurns.take(localActivity);
  }

  /** Whether a change was made, by this run or an earlier one. */
  knows(commandId: string): boolean {
    return this.life?.commandIds.includes(commandId) === true;
  }

  /** Takes over that a change was made which leaves the order's facts as they are. */
  hasMade(commandId: string): void {
    if (this.life) this.life = { ...this.life, commandIds: [...this.life.commandIds, commandId] };
  }

  /** Which answer of the provider the order waits for, if it waits for one. */
  get doubt(): Pick<ResolvePaymentInput, 'phase' | 'refundId'> {
    const refundId = this.nextRefundId;
    // What was promised before the order was cancelled is given first.
    if (refundId !== undefined) return { phase: DoubtPhase.Refunding, refundId };
    if (this.facts && isTakenBack(this.facts) && !this.refusal) return { phase: DoubtPhase.TakenBack };
    return { phase: this.refusal ? DoubtPhase.Compensating : DoubtPhase.Paying };
  }

  get limits(): Omit<RecordedLife, 'facts'> | undefined {
    return this.life;
  }

  /** Whether the order is kept in an ERP. */
  get hasErp(): boolean {
    return this.isErpAsked || this.life?.hasErp === true;
  }

  askForErp(): void {
    this.isErpAsked = true;
    this.writes += 1;
  }

  /** @param words in Markdown */
  erpIs(words: string): void {
    this.erpWords = words;
    this.show();
  }

  /** Takes over what the database says: at the start, and after continue-as-new. */
  record(recorded: RecordOrderResult): void {
    this.writes += 1;
    this.recorded = recorded;
    this.currentStatus = recorded.status;
    this.paymentStatus = recorded.paymentStatus;
    if (recorded.cancellationReason) this.cancellationReason = recorded.cancellationReason;
    this.life = recorded.life;
    this.refundIds = [...recorded.life.pendingRefundIds];
    upsertSearchAttributes([
      { key: OrderSearchAttributes.orderNumber, value: recorded.number },
      { key: OrderSearchAttributes.orderStatus, value: this.currentStatus },
      { key: OrderSearchAttributes.paymentStatus, value: this.paymentStatus },
    ]);
    this.show();
  }

  /**
   * Takes over a decision against the order, unless there is one already. An order that is not recorded yet has nothing
   * to be undone: it is cancelled by that, whether it can be recorded or not.
   */
  refuse(refusal: Refusal): void {
    this.refusal ??= refusal;
    if (this.recorded || !this.input.order || this.isEnded) return;
    const { reason } = this.refusal;
    upsertMemo({ cancellationReason: reason } satisfies Partial<OrderMemo>);
    this.moveTo(OrderStatus.Cancelled, reason);
  }

  moveTo(status: Status, cancellationReason?: CancellationReason): void {
    this.writes += 1;
    this.currentStatus = transition(this.currentStatus, status);
    if (cancellationReason) this.cancellationReason = cancellationReason;
    if (this.life && status === OrderStatus.Pending) {
      this.life = { ...this.life, pendingSince: new Date(Date.now()).toISOString() };
    }
    this.publish();
  }

  /** Whether the order waits to be paid for by money that its provider holds. */
  get isToBeCaptured(): boolean {
    const { Authorized, Unknown } = PaymentStatus;
    const isHeld = this.paymentStatus === Authorized || this.paymentStatus === Unknown;
    return isHeld && this.currentStatus === OrderStatus.Pending && !this.refusal;
  }

  /** Takes over what a change came to, which the database decided by the same table. */
  changed(changedFacts: OrderFacts, made: { readonly commandId: string; readonly refundId?: string }): void {
    this.writes += 1;
    const facts = this.newest(changedFacts);
    const isNews = facts.status !== this.currentStatus || facts.paymentStatus !== this.paymentStatus;
    const hasArrived = facts.status === OrderStatus.Delivered && this.currentStatus !== OrderStatus.Delivered;
    this.currentStatus = facts.status;
    this.paymentStatus = facts.paymentStatus;
    if (this.life) {
      this.life = {
        ...this.life,
        facts,
        commandIds: [...this.life.commandIds, made.commandId],
        ...(hasArrived ? { deliveredAt: new Date(Date.now()).toISOString() } : {}),
      };
    }
    if (made.refundId !== undefined) this.refundIds.push(made.refundId);
    if (isNews) this.publish();
    else this.show();
  }

  /** Takes over what became of the order's payment by itself. What is older than what is known says nothing new. */
  learn(facts: OrderFacts): void {
    if (!this.life || facts.version <= this.life.facts.version) return;
    this.writes += 1;
    const { paymentStatus } = facts;
    const isNews = paymentStatus !== this.paymentStatus;
    this.paymentStatus = paymentStatus;
    this.life = { ...this.life, facts };
    if (isNews) upsertSearchAttributes([{ key: OrderSearchAttributes.paymentStatus, value: paymentStatus }]);
    this.show();
  }

  /** The refund to be given next, if any. */
  get nextRefundId(): string | undefined {
    return this.refundIds[0];
  }

  refundIsAnswered(answeredFacts: OrderFacts): void {
    this.writes += 1;
    this.refundIds.shift();
    const facts = this.newest(answeredFacts);
    const isNews = facts.paymentStatus !== this.paymentStatus;
    this.paymentStatus = facts.paymentStatus;
    if (this.life) this.life = { ...this.life, facts };
    if (isNews) this.publish();
  }

  /** What became of the payment may have been learnt while a step was under way: its older facts do not undo that. */
  private newest(facts: OrderFacts): OrderFacts {
    const known = this.life?.facts;
    return known && known.version > facts.version ? known : facts;
  }

  /** @param publish whether operators can find the order by it at once, or with the next change of status */
  paymentIs(paymentStatus: PaymentStatus, { publish = true } = {}): void {
    if (this.paymentStatus === paymentStatus) return;
    this.writes += 1;
    this.paymentStatus = paymentStatus;
    if (this.life && paymentStatus === PaymentStatus.Captured) {
      const { facts } = this.life;
      this.life = { ...this.life, facts: { ...facts, capturedMinor: facts.totals.totalMinor } };
    }
    if (publish) upsertSearchAttributes([{ key: OrderSearchAttributes.paymentStatus, value: paymentStatus }]);
    this.show();
  }

  /** @returns the refusal, where the stock does not suffice */
  stockIs(result: ReserveInventoryResult): Refusal | undefined {
    this.writes += 1;
    this.isStockReserved = result.kind === 'reserved';
    return result.kind === 'refused' ? result : undefined;
  }

  /** Begins a step, which is shown until it ends. */
  begin(words: string): StepHandle {
    return this.underWay.begin(words);
  }

  /** What a change that was made step by step is answered. */
  answer({ requestHash, requestId }: Pick<ChangeAnswer, 'requestHash' | 'requestId'>): ChangeAnswer {
    return {
      requestHash,
      requestId,
      status: this.currentStatus,
      paymentStatus: this.paymentStatus,
      // One that is cancelled before it is recorded is recorded with both events.
      version: this.facts?.version ?? (this.isEnded ? 2 : 1),
    };
  }

  progress(): OrderProgress {
    const { lapsesSoonAt } = this.authorization;
    const step = this.underWay.shown;
    return {
      status: this.currentStatus,
      paymentStatus: this.paymentStatus,
      step: step?.words ?? describeRest(this.currentStatus, this.recorded !== undefined),
      ...(this.recorded ? { number: this.recorded.number } : {}),
      ...(step?.waiting ? { waiting: step.waiting } : {}),
      ...(this.cancellationReason ? { cancellationReason: this.cancellationReason } : {}),
      ...(this.refusal && !this.isEnded ? { isBeingCancelled: true } : {}),
      ...(lapsesSoonAt !== undefined && this.isToBeCaptured ? { authorizationExpiresAt: lapsesSoonAt } : {}),
    };
  }

  private publish(): void {
    upsertSearchAttributes([
      { key: OrderSearchAttributes.orderStatus, value: this.currentStatus },
      { key: OrderSearchAttributes.paymentStatus, value: this.paymentStatus },
    ]);
    this.show();
  }

  private show(): void {
    setCurrentDetails(describeOrder(this.input, this.progress(), this.erpWords));
  }
}
