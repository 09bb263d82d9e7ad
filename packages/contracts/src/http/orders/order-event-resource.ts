import type { OrderEvent } from '@oms/domain';
import { OrderEventType } from '@oms/domain';
import { z } from 'zod';
import { namedResources } from '../kit/named-schemas.js';

/** One entry of an order's history. */
export const orderEventResource = z
  .strictObject({
    sequence: z.int().min(1).meta({ description: '1 for the first event; no gaps.' }),
    type: z.enum(OrderEventType),
    from: z
      .string()
      .nullable()
      .meta({ description: 'The status before: the payment’s for `payment.…` events, else the order’s.' }),
    to: z.string().nullable().meta({ description: 'The status afterwards.' }),
    reason: z.string().nullable(),
    actor: z.strictObject({
      type: z.enum(['user', 'service', 'api_key', 'operator', 'system', 'provider']),
      id: z.string(),
    }),
    data: z.record(z.string(), z.unknown()).meta({
      description:
        'What else is known. Amounts that end in `_minor` are in minor units. The message of `payment.unknown` needs the permission `orders:operate`.',
    }),
    occurred_at: z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' }),
  })
  .register(namedResources, { id: 'OrderEvent' });

/** An order's history. */
export const orderEventsResource = z
  .strictObject({
    events: z.array(orderEventResource).meta({ description: 'In the order in which they happened.' }),
  })
  .register(namedResources, { id: 'OrderEvents' });

export type OrderEventResource = z.output<typeof orderEventResource>;
export type OrderEventsResource = z.output<typeof orderEventsResource>;

/**
 * Renders an order's history, in the given sequence.
 *
 * @param isForOperator whether to show the provider's own messages of faults; clients see only the codes
 */
export function renderEvents(
  events: readonly OrderEvent[],
  { isForOperator }: { readonly isForOperator: boolean },
): OrderEventsResource {
  return { events: events.map((event) => renderEvent(isForOperator ? event : withoutFault(event))) };
}

/**
 * Removes the message of a fault, which comes from a provider and may contain anything. The message of a decline
 * stays: the provider means it for the customer.
 */
function withoutFault(event: OrderEvent): OrderEvent {
  if (event.type !== OrderEventType.PaymentUnknown) return event;
  const { message: _, ...data } = event.data;
  return { ...event, data };
}

function renderEvent(event: OrderEvent): OrderEventResource {
  return {
    sequence: event.sequence,
    type: event.type,
    from: event.from ?? null,
    to: event.to ?? null,
    reason: event.reason ?? null,
    actor: { type: event.actor.type, id: event.actor.id },
    data: inSnakeCase(event.data),
    occurred_at: event.occurredAt,
  };
}

/** Converts names to the API's snake case, at every depth. The domain's names are in camel case. */
function inSnakeCase(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      valueInSnakeCase(value),
    ]),
  );
}

function valueInSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueInSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return inSnakeCase({ ...value });
}
