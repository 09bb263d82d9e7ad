import type { Logger } from '@oms/observability';

import { WebhookFaultKind } from '../faults/fault.js';
import type { FaultRegistry } from '../faults/fault-registry.js';
import { DeliveryLog, type DeliveryAttempt } from './delivery-log.js';

export interface WebhookEndpoint {
  readonly url: string;
  /** The secret that signs events. */
  readonly secret: string;
  /** The user name and password of requests to the endpoint. Only Adyen sends them. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** The types of events to send. Default: all. */
  readonly events?: readonly string[];
}

/** An event of any provider. */
export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  /** When it was announced, in Unix seconds of the simulator's clock. */
  readonly created: number;
  /** The id of its payment, which faults match. */
  readonly payment_intent: string;
}

/** A provider's events and their delivery. */
export interface WebhookSource<Event extends WebhookEvent> {
  /** The time after which a delivery is given up, by the simulator's clock. */
  readonly giveUpAfterSeconds: number;
  nowSeconds(): number;
  /** Sets the listener for new events. Events without a listener, or of an unwanted type, are not stored. */
  deliverEventsTo(
    onEvents: ((ids: readonly string[]) => void) | undefined,
    isWanted: (type: string) => boolean,
  ): void;
  find(id: string): Event | undefined;
  /** The undelivered events, oldest first. */
  undelivered(): Iterable<Event>;
  /** Removes an event that needs no further delivery. */
  settle(id: string): void;
  /** Renders an event for one attempt. Each attempt renders anew, since some signatures include the time of sending. */
  render(event: Event, endpoint: WebhookEndpoint): RenderedWebhook | Promise<RenderedWebhook>;
}

interface RenderedWebhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebhookTiming {
  /** The wait after the first failure. It doubles after each further one, up to an hour. */
  readonly retryMs: number;
  /** The time that an endpoint has to answer. */
  readonly timeoutMs: number;
}

interface SenderOptions<Event extends WebhookEvent> {
  readonly source: WebhookSource<Event>;
  readonly faults: FaultRegistry;
  readonly log: Logger;
  readonly timing: WebhookTiming;
}

interface Delivery<Event extends WebhookEvent> {
  readonly event: Event;
  /** The number of the event in the order of their announcement. */
  readonly order: number;
  readonly attempt: number;
  /** Whether it is a further copy, which is sent once and not retried. */
  readonly copy: boolean;
}

const concurrency = 8;
const maxRetryMs = 3_600_000;
const logCapacity = 1_000;

/**
 * Delivers a provider's events to the endpoint until it answers with 2xx. Undelivered events are stored, and delivered
 * after a restart. As with all providers, an event may arrive more than once and out of order. Nothing is sent before
 * `open`.
 */
export class WebhookSender<Event extends WebhookEvent = WebhookEvent> {
  readonly #options: SenderOptions<Event>;
  readonly #log = new DeliveryLog(logCapacity);
  readonly #queue: Delivery<Event>[] = [];
  /** The deliveries that wait for a timer, by timer. */
  readonly #waiting = new Map<NodeJS.Timeout, Delivery<Event>>();
  /** Deliveries that wait for a later event to go first. */
  #overtaken: Delivery<Event>[] = [];
  readonly #closing = new AbortController();
  #endpoint: WebhookEndpoint | undefined;
  #isOpen = false;
  #running = 0;
  #announced = 0;

  constructor(options: SenderOptions<Event>) {
    this.#options = options;
  }

  get endpoint(): WebhookEndpoint | undefined {
    return this.#endpoint;
  }

  /** Sends new and undelivered events to this endpoint. */
  use(endpoint: WebhookEndpoint | undefined): void {
    const { source } = this.#options;
    const first = this.#endpoint === undefined;
    this.#endpoint = endpoint;
    source.deliverEventsTo(
      endpoint &&
        ((ids) => {
          this.#announce(ids);
        }),
      (type) => endpoint?.events?.includes(type) !== false,
    );
    if (!endpoint || !first) return;
    for (const event of source.undelivered()) this.#queue.push(this.#delivery(event));
    this.#pump();
  }

  /** Begins to send. Called once the simulator listens, since some events contain its address. */
  open(): void {
    this.#isOpen = true;
    this.#pump();
  }

  /** Sends all waiting events at once. @returns their number */
  flush(): number {
    const due = [...this.#waiting.values(), ...this.#overtaken];
    for (const timer of this.#waiting.keys()) clearTimeout(timer);
    this.#waiting.clear();
    this.#overtaken = [];
    this.#queue.push(...due);
    this.#pump();
    return due.length;
  }

  status(): { readonly pending: number; readonly deliveries: readonly DeliveryAttempt[] } {
    const pending = this.#queue.length + this.#waiting.size + this.#overtaken.length + this.#running;
    return { pending, deliveries: this.#log.list() };
  }

  /** Stops sending. Undelivered events are delivered after the next start. */
  close(): void {
    this.#closing.abort();
    for (const timer of this.#waiting.keys()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #announce(ids: readonly string[]): void {
    for (const id of ids) {
      const event = this.#options.source.find(id);
      if (event) this.#schedule(event);
    }
    this.#pump();
  }

  #delivery(event: Event): Delivery<Event> {
    this.#announced += 1;
    return { event, order: this.#announced, attempt: 1, copy: false };
  }

  #schedule(event: Event): void {
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

  #later(delivery: Delivery<Event>, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#queue.push(delivery);
      this.#pump();
    }, delayMs);
    timer.unref();
    this.#waiting.set(timer, delivery);
  }

  #pump(): void {
    while (this.#isOpen && this.#running < concurrency && !this.#closing.signal.aborted) {
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

  /** Sends events that a later one has overtaken. */
  #releaseOvertaken(order: number): void {
    this.#queue.push(...this.#overtaken.filter((held) => held.order < order));
    this.#overtaken = this.#overtaken.filter((held) => held.order >= order);
  }

  async #deliver(delivery: Delivery<Event>): Promise<void> {
    const { event, attempt, copy } = delivery;
    const { log, source, timing } = this.#options;
    const result = await this.#send(event);
    if (this.#closing.signal.aborted) return;
    if (result.status !== null && result.status >= 200 && result.status < 300) {
      this.#note(delivery, { ...result, outcome: 'delivered' });
      if (!copy) this.#settle(event);
      return;
    }
    log.warn({ event: event.id, type: event.type, attempt, ...result }, 'a webhook was not accepted');
    this.#note(delivery, { ...result, outcome: 'failed' });
    if (copy) return;
    if (source.nowSeconds() - event.created > source.giveUpAfterSeconds) {
      this.#settle(event);
      this.#note(delivery, { attempt: 0, outcome: 'given_up' });
      return;
    }
    const waitMs = Math.min(maxRetryMs, timing.retryMs * 2 ** (attempt - 1));
    this.#later({ ...delivery, attempt: attempt + 1 }, waitMs);
  }

  async #send(event: Event): Promise<{ readonly status: number | null; readonly error: string | null }> {
    const endpoint = this.#endpoint;
    if (!endpoint) return { status: null, error: 'there is no endpoint' };
    try {
      const { body, headers } = await this.#options.source.render(event, endpoint);
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers,
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

  /** If the removal cannot be stored now, the event is delivered again after the next start. */
  #settle({ id }: Event): void {
    try {
      this.#options.source.settle(id);
    } catch (error) {
      this.#options.log.warn({ err: error, event: id }, 'an event could not be removed after its delivery');
    }
  }

  #note(
    { event, attempt }: Delivery<Event>,
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
