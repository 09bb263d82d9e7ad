import type { WebhookSource } from '../../webhooks/webhook-sender.js';
import type { EventRecord } from '../records.js';
import { renderEvent } from '../render.js';
import type { StripeAccount } from '../stripe-account.js';
import { signWebhook } from './webhook-signature.js';

/** Stripe's events and their delivery. @see https://docs.stripe.com/webhooks */
export function stripeWebhooks(account: StripeAccount): WebhookSource<EventRecord> {
  const { events } = account.records;
  return {
    // "Stripe attempts to deliver a given event to your destination for up to three days."
    giveUpAfterSeconds: 3 * 86_400,
    nowSeconds: () => account.clock.nowSeconds(),
    deliverEventsTo: (onEvents, isWanted) => {
      account.deliverEventsTo(onEvents, isWanted);
    },
    find: (id) => events.get(id),
    undelivered: () => events.values(),
    settle: (id) => {
      account.commitChanges([events.remove(id)]);
    },
    render: (event, { secret }) => {
      const body = JSON.stringify(renderEvent(event));
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        // Endpoints compare the time with the real one, not with the simulator's clock.
        'stripe-signature': signWebhook(body, secret, Math.floor(Date.now() / 1_000)),
      };
      return { body, headers };
    },
  };
}
