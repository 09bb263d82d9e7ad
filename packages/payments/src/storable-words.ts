import { storable } from '@oms/domain';

import type { PaymentNotification, WebhookReader } from './payment-notification.js';
import type { PaymentProvider } from './payment-provider.js';

// What providers say goes into histories, into the database and before people. Here it becomes text that all of them
// can hold, whichever adapter it came through.

export function withStorableWords(provider: PaymentProvider): PaymentProvider {
  const { name, canBeAsked } = provider;
  return {
    ...{ name, canBeAsked },
    find: async (reference) => storable(await provider.find(reference)),
    authorize: async (call) => storable(await provider.authorize(call)),
    capture: async (call) => storable(await provider.capture(call)),
    void: async (call) => storable(await provider.void(call)),
    refund: async (call) => storable(await provider.refund(call)),
    listRefunds: async (reference) => storable(await provider.listRefunds(reference)),
  };
}

/** What was signed is kept as far as it can be: refused, it would only be sent again. */
export function withStorableNotifications(reader: WebhookReader): WebhookReader {
  return {
    name: reader.name,
    refusalOf: (headers) => reader.refusalOf(headers),
    async read(request) {
      const outcome = storable(await reader.read(request));
      if (outcome.kind !== 'verified') return outcome;
      return { ...outcome, notifications: outcome.notifications.filter(canConcernAnOrder) };
    },
  };
}

const longestReference = 255;
/** More than any provider's id of an event; the index of events has an end. */
const longestEventId = 600;

/** No order's payment has a longer reference, and no event a longer id or a year that PostgreSQL does not have. */
function canConcernAnOrder({ reference, eventId, occurredAt }: PaymentNotification): boolean {
  const hasYear = /^\d{4}-/.test(occurredAt) && !occurredAt.startsWith('0000-');
  return reference.length <= longestReference && eventId.length <= longestEventId && hasYear;
}
