import type { OrderEvent } from '@oms/domain';
import { OrderEventType } from '@oms/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { orderEventsResource, renderEvents } from './order-event-resource.js';

const event: fc.Arbitrary<OrderEvent> = fc.record(
  {
    sequence: fc.integer({ min: 1 }),
    type: fc.constantFrom(...Object.values(OrderEventType)),
    from: fc.string(),
    to: fc.string(),
    reason: fc.string(),
    actor: fc.record({
      type: fc.constantFrom('user' as const, 'api_key' as const, 'operator' as const, 'system' as const),
      id: fc.string(),
    }),
    data: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]*$/), fc.jsonValue(), { noNullPrototype: true }),
    occurredAt: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  },
  { requiredKeys: ['sequence', 'type', 'actor', 'data', 'occurredAt'] },
);

describe('a rendered history', () => {
  it('has the documented schema, for any events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.boolean(), (events, isForOperator) => {
        const rendered = renderEvents(events, { isForOperator });
        expect(orderEventsResource.parse(rendered)).toEqual(rendered);
        expect(rendered.events.map(({ sequence }) => sequence)).toEqual(
          events.map(({ sequence }) => sequence),
        );
      }),
    );
  });

  it('has null for absent values, and names in snake case', () => {
    expect(
      renderEvents(
        [
          {
            sequence: 2,
            type: 'payment.authorized',
            to: 'authorized',
            actor: { type: 'system', id: 'payment-worker' },
            data: { amountMinor: 17998, parts: [{ providerObjectId: 'pi_1' }], nothing: null },
            occurredAt: '2026-11-21T10:00:00.000Z',
          },
        ],
        { isForOperator: false },
      ),
    ).toStrictEqual({
      events: [
        {
          sequence: 2,
          type: 'payment.authorized',
          from: null,
          to: 'authorized',
          reason: null,
          actor: { type: 'system', id: 'payment-worker' },
          data: { amount_minor: 17998, parts: [{ provider_object_id: 'pi_1' }], nothing: null },
          occurred_at: '2026-11-21T10:00:00.000Z',
        },
      ],
    });
  });

  it("shows a provider's fault message to operators, and only its code to clients", () => {
    const unknown: OrderEvent = {
      sequence: 3,
      type: 'payment.unknown',
      actor: { type: 'system', id: 'payment-worker' },
      data: { operation: 'capture', message: 'connect ECONNREFUSED 10.2.3.4:443' },
      occurredAt: '2026-11-21T10:00:00.000Z',
    };
    const declined: OrderEvent = {
      ...unknown,
      type: 'payment.declined',
      data: { message: 'Your card has insufficient funds.', declineCode: 'insufficient_funds' },
    };
    const dataFor = (isForOperator: boolean) =>
      renderEvents([unknown, declined], { isForOperator }).events.map(({ data }) => data);
    const answer = { message: 'Your card has insufficient funds.', decline_code: 'insufficient_funds' };
    expect(dataFor(false)).toStrictEqual([{ operation: 'capture' }, answer]);
    expect(dataFor(true)).toStrictEqual([
      { operation: 'capture', message: 'connect ECONNREFUSED 10.2.3.4:443' },
      answer,
    ]);
  });
});
