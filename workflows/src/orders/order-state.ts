import {
  isTerminal,
  OrderStatus,
  PaymentStatus,
  type CancellationReason,
  type OrderStatus as Status,
} from '@oms/domain';
import {
  OrderSearchAttributes,
  orderRestWords,
  orderStepWords,
  type ChangeAnswer,
  type OrderMemo,
  type OrderStanding,
  type OrderStep,
  type OrderWorkflowInput,
  type RecordOrderResult,
  type CancellationDecision,
} from '@oms/contracts/temporal';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';

import { describeOrder, type Wait } from './order-details.js';

/** A step that has begun and has not ended. */
export interface StepUnderWay {
  readonly step: OrderStep;
  /** Set once the step has met a fault and waits for it to pass. */
  wait?: Wait;
}

/**
 * The state that an order's workflow works with: the order when its records were last read, and the refusal that was
 * decided against it. Everything else is in the records alone.
 */
export class OrderState {
  /** Absent until the order is recorded, or its record is read. */
  record?: Omit<RecordOrderResult, 'standing'>;
  /** Set when the database does not take the order: it ends without a record. */
  isUnrecordable = false;
  /** Set by a decision against the order, until everything is undone. */
  refusal: CancellationDecision | undefined;
  /** Set while the records may be newer than this workflow's last read. */
  isStale = false;
  /** Set by a signal that the order owes the settlement of a notification, until a settlement begins. */
  isNotified = false;
  /** Whether the payment is authorised and the stock of all lines reserved. */
  isAllocated = false;
  /** Counts the writes about the order, as far as this run knows. */
  writes = 0;
  /** Set once the order has to be kept in an ERP. */
  hasErp: boolean;
  private standing: OrderStanding;
  /** The oldest first. */
  private readonly underWay = new Set<StepUnderWay>();
  private authorizationExpiresAt?: string;
  private erpWords?: string;
  private published = '';

  constructor(private readonly input: OrderWorkflowInput) {
    const status = input.toPlace?.isDraft === true ? OrderStatus.Draft : OrderStatus.Pending;
    this.standing = {
      version: 0,
      status,
      paymentStatus: PaymentStatus.Pending,
      flags: [],
      owesRefund: false,
      owesCapture: false,
      owesSettlement: false,
    };
    this.hasErp = input.hasErp === true;
    this.show();
  }

  get status(): Status {
    return this.standing.status;
  }

  get isEnded(): boolean {
    return isTerminal(this.standing.status);
  }

  get owesRefund(): boolean {
    return this.standing.owesRefund;
  }

  get owesCapture(): boolean {
    return this.standing.owesCapture;
  }

  /** The time at which something is done about an authorisation that would lapse. ISO 8601. */
  get captureBy(): string | undefined {
    return this.standing.captureBy;
  }

  /** Whether the records, or a later signal, say that a notification is not settled. */
  get owesSettlement(): boolean {
    return this.standing.owesSettlement || this.isNotified;
  }

  get closesAt(): string | undefined {
    return this.standing.closesAt;
  }

  get returnExpiresAt(): string | undefined {
    return this.standing.returnExpiresAt;
  }

  get cancellationReason(): CancellationReason | undefined {
    return this.standing.cancellationReason;
  }

  /** Whether the order is not recorded yet, so that nothing was done for it. */
  get isUnrecorded(): boolean {
    return this.input.toPlace !== undefined && this.record === undefined;
  }

  get isWaiting(): boolean {
    return this.waiting !== undefined;
  }

  /** The step that waits; of several, the one that began first. */
  private get waiting(): StepUnderWay | undefined {
    return [...this.underWay].find(({ wait }) => wait);
  }

  recorded({ standing, ...record }: RecordOrderResult): void {
    this.record = record;
    this.hasErp ||= record.hasErp === true;
    this.take(standing);
  }

  /** Takes over the order's standing. Of two answers that overtake each other, the newer one counts. */
  take(standing: OrderStanding): void {
    this.wrote();
    if (standing.version < this.standing.version) return;
    const { flags } = this.standing;
    this.standing = standing;
    if (standing.refusal) this.refusal ??= standing.refusal;
    // Somebody has to look at the order, or need not any more: it is found by that at once.
    if (flags.join() === standing.flags.join()) this.show();
    else this.publish();
  }

  /** Takes over the result of a payment step, until the records are read again. */
  paymentIs(paymentStatus: PaymentStatus): void {
    this.wrote();
    this.standing = { ...this.standing, paymentStatus };
    this.show();
  }

  wrote(): void {
    this.writes += 1;
  }

  /** Takes over a decision against an order that is not recorded yet. It cancels the order, with nothing to undo. */
  cancelUnrecorded(refusal: CancellationDecision): void {
    if (this.refusal) return;
    this.refusal = refusal;
    const { reason } = refusal;
    upsertMemo({ cancellationReason: reason } satisfies Partial<OrderMemo>);
    this.standing = { ...this.standing, status: OrderStatus.Cancelled, cancellationReason: reason };
    this.publish();
  }

  /** The answer to a change that cancelled an order before it was recorded. */
  answerUnrecorded(change: Pick<ChangeAnswer, 'requestHash' | 'requestId'>): ChangeAnswer {
    const { requestHash, requestId } = change;
    const { status, paymentStatus } = this.standing;
    // It is recorded with two events.
    return { status, paymentStatus, version: 2, requestHash, requestId };
  }

  begin(step: OrderStep): StepUnderWay {
    const begun: StepUnderWay = { step };
    this.underWay.add(begun);
    this.show();
    return begun;
  }

  /** A step has met a fault, and is retried by itself. From now on operators find the order by the wait. */
  waitFor(begun: StepUnderWay, wait: Wait): void {
    begun.wait = wait;
    const { step } = begun;
    const { code, fault } = wait;
    upsertMemo({ lastFault: { step, code, fault } } satisfies Partial<OrderMemo>);
    // The activity recorded it before it failed.
    if (wait.isOutcomeUnknown) this.paymentIs(PaymentStatus.Unknown);
    this.publish();
  }

  end(begun: StepUnderWay): void {
    this.underWay.delete(begun);
    this.show();
  }

  /** The authorisation expires soon, and the order is not paid. @param at ISO 8601 */
  authorizationLapses(at: string): void {
    this.authorizationExpiresAt = at;
    this.show();
  }

  /** @param words in Markdown */
  erpIs(words: string): void {
    this.erpWords = words;
    this.show();
  }

  /** Updates the search attributes to the order's status. Each update is an event and a write to visibility. */
  publish(): void {
    const wait = this.waiting?.wait;
    const { status, paymentStatus, flags, cancellationReason } = this.standing;
    const pairs: SearchAttributeUpdatePair[] = [
      { key: OrderSearchAttributes.orderStatus, value: status },
      { key: OrderSearchAttributes.paymentStatus, value: paymentStatus },
      { key: OrderSearchAttributes.waitingFor, value: wait?.waitsFor ?? null },
      { key: OrderSearchAttributes.waitingSince, value: wait ? new Date(wait.since) : null },
      { key: OrderSearchAttributes.orderFlags, value: flags.length > 0 ? [...flags] : null },
      { key: OrderSearchAttributes.cancellationReason, value: cancellationReason ?? null },
      ...(this.record ? [{ key: OrderSearchAttributes.orderNumber, value: this.record.number }] : []),
    ];
    const text = JSON.stringify(pairs);
    if (text !== this.published) upsertSearchAttributes(pairs);
    this.published = text;
    this.show();
  }

  private show(): void {
    const { status, paymentStatus, flags, cancellationReason } = this.standing;
    const shown = this.waiting ?? [...this.underWay].at(-1);
    setCurrentDetails(
      describeOrder(this.input, {
        status,
        paymentStatus,
        flags,
        step: shown ? orderStepWords[shown.step] : orderRestWords[status],
        isBeingCancelled: this.refusal !== undefined && !this.isEnded,
        ...(cancellationReason ? { cancellationReason } : {}),
        ...(this.record ? { number: this.record.number } : {}),
        ...(shown?.wait ? { wait: shown.wait } : {}),
        ...(this.authorizationExpiresAt === undefined || status !== OrderStatus.Pending
          ? {}
          : { authorizationExpiresAt: this.authorizationExpiresAt }),
        ...(this.erpWords === undefined ? {} : { erp: this.erpWords }),
      }),
    );
  }
}
