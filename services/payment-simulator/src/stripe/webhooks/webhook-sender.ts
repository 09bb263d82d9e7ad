import type { Logger } from '@oms/observability';

import { WebhookFaultKind } from '../../faults/fault.js';
import type { FaultRegistry } from '../../faults/fault-registry.js';
import type { EventRecord } from '../records.js';
import { renderEvent } from '../render.js';
import type { StripeAccount } from '../stripe-account.js';
import { DeliveryLog, type DeliveryAttempt } from './delivery-log.js';
import { signWebhook } from './webhook-signature.js';

export interface WebhookEndpoint {
  readonly url: string;
  readonly secret: string;
}

export interface WebhookTiming {
  /** The wait after the first failure; doubled after each further one, up to an hour. */
  readonly retryMs: number;
  /** How long an endpoint may take. */
  readonly timeoutMs: number;
}

interface SenderOptions {
  readonly account: StripeAccount;
  readonly faults: FaultRegistry;
  readonly log: Logger;
  readonly timing: WebhookTiming;
}

interface Delivery {
  readonly event: EventRecord;
  /** Counts events as they were announced. */
  readonly order: number;
  readonly attempt: number;
  /** A further copy, which is sent once and not retried. */
  readonly copy: boolean;
}

const concurrency = 8;
const maxRetryMs = 3_600_000;
/** "Stripe attempts to deliver a given event to your destination for up to three days." */
const giveUpAfterSeconds = 3 * 86_400;
const logCapacity = 1_000;

/**
 * Delivers events to the endpoint until it answers with 2xx. What has not been delivered is kept in the books, so it
 * is delivered after a restart. As with Stripe, an event may come more than once, and not in order.
 *
 * @see https://docs.stripe.com/webhooks
 */
export class WebhookSender {
  readonly #options: SenderOptions;
  readonly #log = new DeliveryLog(logCapacity);
  readonly #queue: Delivery[] = [];
  /** Those that wait for a time, with what makes them go at once. */
  readonly #waiting = new Map<NodeJS.Timeout, Delivery>();
  /** Those that wait for a later event to go first. */
  #overtaken: Delivery[] = [];
  readonly #closing = new AbortController();
  #endpoint: WebhookEndpoint | undefined;
  #running = 0;
  #announced = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get endpoint(): WebhookEndpoint | undefined {
    return this.#endpoint;
  }

  /** Sends to this endpoint from now on, and to it whatever is still to be delivered. */
  use(endpoint: WebhookEndpoint | undefined): void {
    const { account } = this.#options;
    const first = this.#endpoint === undefined;
    this.#endpoint = endpoint;
    account.deliverEventsTo(
      endpoint &&
        ((ids) => {
          this.#announce(ids);
        }),
    );
    if (!endpoint || !first) return;
    for (const event of account.books.events.values()) {
      if (event.pending_webhooks > 0) this.#queue.push(this.#delivery(event));
    }
    this.#pump();
  }

  /** Sends everything that waits, for its time or for others, at once. Returns how many. */
  flush(): number {
    const due = [...this.#waiting.values(), ...this.#overtaken];
    for (const timer of this.#waiting.keys()) clearTimeout(timer);
    this.#waiting.clear();
    this.#overtaken = [];
    this.#queue.push(...due);
    this.#pump();
    return due.length;
  }

  /** Sends an event once more, whether it was delivered or not. False when there is no such event. */
  resend(id: string): boolean {
    const event = this.#options.account.books.events.get(id);
    if (!event) return false;
    this.#queue.push({ ...this.#delivery(event), copy: true });
    this.#pump();
    return true;
  }

  status(): { readonly pending: number; readonly deliveries: readonly DeliveryAttempt[] } {
    const pending = this.#queue.length + this.#waiting.size + this.#overtaken.length + this.#running;
    return { pending, deliveries: this.#log.list() };
  }

  /** Stops sending. What has not been delivered is delivered after the next start. */
  close(): void {
    this.#closing.abort();
    for (const timer of this.#waiting.keys()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #announce(ids: readonly string[]): void {
    for (const id of ids) {
      const event = this.#options.account.books.events.get(id);
      if (event) this.#schedule(event);
    }
    this.#pump();
  }

  #delivery(event: EventRecord): Delivery {
    this.#announced += 1;
    return { event, order: this.#announced, attempt: 1, copy: false };
  }

  #schedule(event: EventRecord): void {
    const delivery = this.#delivery(event);
    const { type, payment_intent: paymentIntent } = event;
    const due = this.#options.faults.due({ operation: `webhooks.${type}`, paymentIntent });
    const fault = due?.fire() ? due.spec : undefined;
    switch (fault?.kind) {
      case WebhookFaultKind.Drop:
        this.#settle(event);
        this.#note(delivery, { attempt: 0, outcome: 'dropped' });
        return;
      case WebhookFaultKind.Delay:
        this.#later(delivery, fault.delayMs);
        return;
      case WebhookFaultKind.Reorder:
        this.#overtaken.push(delivery);
        return;
      case WebhookFaultKind.Duplicate:
        this.#queue.push(delivery);
        for (let copy = 0; copy < fault.copies; copy += 1) this.#queue.push({ ...delivery, copy: true });
        return;
      default:
        this.#queue.push(delivery);
    }
  }

  #later(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#queue.push(delivery);
      this.#pump();
    }, delayMs);
    timer.unref();
    this.#waiting.set(timer, delivery);
  }

  #pump(): void {
    while (this.#running < concurrency && !this.#closing.signal.aborted) {
      const delivery = this.#endpoint && this.#queue.shift();
      if (!delivery) return;
      this.#running += 1;
      void this.#deliver(delivery).finally(() => {
        this.#running -= 1;
        this.#releaseOvertaken(delivery.order);
        this.#pump();
      });
    }
  }

  /** Those that a later one has overtaken may go. */
  #releaseOvertaken(order: number): void {
    this.#queue.push(...this.#overtaken.filter((held) => held.order < order));
    this.#overtaken = this.#overtaken.filter((held) => held.order >= order);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { event, attempt, copy } = delivery;
    const { log } = this.#options;
    const result = await this.#send(event);
    if (this.#closing.signal.aborted) return;
    if (result.status !== null && result.status >= 200 && result.status < 300) {
      this.#note(delivery, { ...result, outcome: 'delivered' });
      if (!copy) this.#settle(event);
      return;
    }
    log.warn({ event: event.id, type: event.type, attempt, ...result }, 'a webhook was not taken');
    this.#note(delivery, { ...result, outcome: 'failed' });
    if (copy) return;
    if (this.#options.account.clock.nowSeconds() - event.created > giveUpAfterSeconds) {
      this.#settle(event);
      this.#note(delivery, { attempt: 0, outcome: 'given_up' });
      return;
    }
    const waitMs = Math.min(maxRetryMs, this.#options.timing.retryMs * 2 ** (attempt - 1));
    this.#later({ ...delivery, attempt: attempt + 1 }, waitMs);
  }

  async #send(
    event: EventRecord,
  ): Promise<{ readonly status: number | null; readonly error: string | null }> {
    const endpoint = this.#endpoint;
    if (!endpoint) return { status: null, error: 'there is no endpoint' };
    const body = JSON.stringify(renderEvent(event));
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          // Endpoints compare with real time, whatever the simulator's clock says.
          'stripe-signature': signWebhook(body, endpoint.secret, Math.floor(Date.now() / 1_000)),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(this.#options.timing.timeoutMs), this.#closing.signal]),
      });
      await response.body?.cancel();
      return { status: response.status, error: null };
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { status: null, error: cause instanceof Error ? cause.message : String(cause) };
    }
  }

  /** The event needs no delivery any more. */
  #settle({ id }: EventRecord): void {
    const { account } = this.#options;
    const event = account.books.events.get(id);
    if (event) account.commitChanges([account.books.events.put({ ...event, pending_webhooks: 0 })]);
  }

  #note(
    { event, attempt }: Delivery,
    result: Pick<DeliveryAttempt, 'outcome'> & Partial<Pick<DeliveryAttempt, 'attempt' | 'status' | 'error'>>,
  ): void {
    this.#log.add({
      event: event.id,
      type: event.type,
      payment_intent: event.payment_intent,
      at: new Date().toISOString(),
      attempt,
      status: null,
      error: null,
      ...result,
    });
  }
}
