import {
  OrderStatus,
  PaymentStatus,
  transition,
  type CancellationReason,
  type OrderStatus as Status,
} from '@oms/domain';
import {
  OrderSearchAttributes,
  type OrderProgress,
  type OrderWorkflowInput,
  type RecordOrderResult,
} from '@oms/contracts/temporal';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';

import { describeOrder } from './order-details.js';

/** A fault that is being waited out. */
export interface Waiting {
  readonly fault: string;
  /** Attempts at this step so far, the short retries included. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly nextAttemptAt: string;
}

/** What the workflow knows of its order. Whatever changes here is shown in the Web UI at once. */
export class OrderState {
  recorded?: RecordOrderResult;
  private currentStatus: Status = OrderStatus.Pending;
  private paymentStatus: PaymentStatus = PaymentStatus.Pending;
  private cancellationReason?: CancellationReason;
  private step = 'the order is being recorded';
  private waiting?: Waiting;

  constructor(private readonly input: OrderWorkflowInput) {
    this.show();
  }

  get status(): Status {
    return this.currentStatus;
  }

  /** Takes over what the database says: at the start, and after continue-as-new. */
  record(recorded: RecordOrderResult): void {
    this.recorded = recorded;
    this.currentStatus = recorded.status;
    this.paymentStatus = recorded.paymentStatus;
    if (recorded.cancellationReason) this.cancellationReason = recorded.cancellationReason;
    upsertSearchAttributes([
      { key: OrderSearchAttributes.orderNumber, value: recorded.number },
      { key: OrderSearchAttributes.orderStatus, value: this.currentStatus },
      { key: OrderSearchAttributes.paymentStatus, value: this.paymentStatus },
    ]);
    this.show();
  }

  moveTo(status: Status, cancellationReason?: CancellationReason): void {
    this.currentStatus = transition(this.currentStatus, status);
    if (cancellationReason) this.cancellationReason = cancellationReason;
    upsertSearchAttributes([
      { key: OrderSearchAttributes.orderStatus, value: this.currentStatus },
      { key: OrderSearchAttributes.paymentStatus, value: this.paymentStatus },
    ]);
    this.show();
  }

  /** @param publish whether operators can find the order by it at once, or with the next change of status */
  paymentIs(paymentStatus: PaymentStatus, { publish = true } = {}): void {
    if (this.paymentStatus === paymentStatus) return;
    this.paymentStatus = paymentStatus;
    if (publish) upsertSearchAttributes([{ key: OrderSearchAttributes.paymentStatus, value: paymentStatus }]);
    this.show();
  }

  begin(step: string): void {
    this.step = step;
    delete this.waiting;
    this.show();
  }

  waitFor(waiting: Waiting): void {
    this.waiting = waiting;
    this.show();
  }

  progress(): OrderProgress {
    return {
      status: this.currentStatus,
      paymentStatus: this.paymentStatus,
      step: this.step,
      ...(this.recorded ? { number: this.recorded.number } : {}),
      ...(this.waiting ? { waiting: this.waiting } : {}),
      ...(this.cancellationReason ? { cancellationReason: this.cancellationReason } : {}),
    };
  }

  private show(): void {
    setCurrentDetails(describeOrder(this.input, this.progress()));
  }
}
