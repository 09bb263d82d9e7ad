import { randomUUID } from 'node:crypto';

import { createRedactor, TransportError, type HttpExchange, type Redact } from '@oms/outbound';
import { Webhook } from 'standardwebhooks';

import type { ErpConnector, ErpLink, ErpOutcome, PushCall } from '../erp-connector.js';
import type { ErpOrder } from '../erp-order.js';
import { createErpExchange, defaultErpNetwork, type ErpNetwork } from '../transport/erp-network.js';
import { readTransportError } from '../transport/read-transport-error.js';
import { orderBody, testBody } from './push-body.js';
import type { PushSettings } from './push-settings.js';
import { readAnswer, type Taken } from './read-answer.js';

/**
 * Pushes orders to a tenant's own server. Posts each snapshot as JSON, signed by the Standard Webhooks specification,
 * with the idempotency key as `webhook-id`.
 *
 * The receiver must keep the guarantees of the port: process an id once, keep one order for each order id, and ignore
 * a version that is not newer than its own. The guide shows how.
 *
 * @see https://www.standardwebhooks.com
 */
export class PushConnector implements ErpConnector {
  readonly #url: URL;
  readonly #webhook: Webhook;
  readonly #exchange: HttpExchange;
  readonly #redact: Redact;
  readonly #now: () => Date;

  constructor(settings: PushSettings, network: ErpNetwork = defaultErpNetwork, now = () => new Date()) {
    this.#url = settings.url;
    this.#webhook = new Webhook(settings.signingSecret);
    this.#exchange = createErpExchange(network);
    this.#redact = createRedactor([settings.signingSecret, settings.signingSecret.slice('whsec_'.length)]);
    this.#now = now;
  }

  async pushOrder(order: ErpOrder, call: PushCall): Promise<ErpOutcome<ErpLink>> {
    const outcome = await this.#post(call.idempotencyKey, orderBody(order));
    if (outcome.kind !== 'done') return outcome;
    // A receiver without ids of its own identifies the order by this system's id.
    return { ...outcome, erpId: outcome.erpId ?? call.previousErpId ?? order.id };
  }

  async testConnection(): Promise<ErpOutcome<{ readonly description: string }>> {
    const outcome = await this.#post(`test_${randomUUID()}`, testBody(this.#now().toISOString()));
    if (outcome.kind !== 'done') return outcome;
    return { kind: 'done', description: `${this.#url.host} takes what is signed with this secret` };
  }

  async #post(id: string, body: string): Promise<ErpOutcome<Taken>> {
    const now = this.#now();
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'order-management',
      'webhook-id': id,
      'webhook-timestamp': Math.floor(now.getTime() / 1_000),
      'webhook-signature': this.#webhook.sign(id, now, body),
    };
    try {
      return readAnswer(
        await this.#exchange.send({ method: 'POST', url: this.#url, headers, body }),
        this.#redact,
        now.getTime(),
      );
    } catch (error) {
      if (error instanceof TransportError) return readTransportError(error, this.#redact);
      throw error;
    }
  }
}
