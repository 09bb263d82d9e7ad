import { storable } from '@oms/domain';

import type { PaymentNotification, WebhookReader } from './payment-notification.js';
import type { PaymentProvider } from './payment-provider.js';

// Texts of providers go into histories and into the database. Here they become texts that both can hold, for all
// adapters.

export function withStorableWords(provider: PaymentProvider): PaymentProvider {
  const { name, canBeAsked } = provider;
  return {
    ...{ name, canBeAsked },
    moneyStepMinor: (currency) => provider.moneyStepMinor(currency),
    find: async (reference) => storable(await provider.find(reference)),
    authorize: async (call) => storable(await provider.authorize(call)),
    capture: async (call) => storable(await provider.capture(call)),
    void: async (call) => storable(await provider.void(call)),
    refund: async (call) => storable(await provider.refund(call)),
    listRefunds: async (reference) => storable(await provider.listRefunds(reference)),
  };
}

/** A signed notification is kept as far as possible: a refused one would only be delivered again. */
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
/** Longer than any provider's event id, and short enough for the index of events. */
const longestEventId = 600;

/** An order's payment has no longer reference, the index of events no longer entry, and PostgreSQL no other years. */
function canConcernAnOrder({ reference, eventId, occurredAt }: PaymentNotification): boolean {
  const hasYear = /^\d{4}-/.test(occurredAt) && !occurredAt.startsWith('0000-');
  return reference.length <= longestReference && eventId.length <= longestEventId && hasYear;
}
