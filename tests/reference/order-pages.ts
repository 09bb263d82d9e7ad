import { CancellationReason, OrderEventType } from '@oms/domain';

import { documentedMembers } from './documented-members.js';
import { code, table } from './markdown.js';

/** A table of a constant object's values, each with the doc comment of its member. */
function valuesTable(file: string, values: Readonly<Record<string, string>>): string {
  const comments = documentedMembers([file]);
  const rows = Object.entries(values).map(([member, value]) => {
    const comment = comments.get(member);
    if (comment === undefined) throw new Error(`${file}: ${member} has no doc comment`);
    return [code(value), comment];
  });
  return table(['Value', 'Meaning'], rows);
}

/** `docs/reference/events.md`. */
export function eventsPage(): string {
  return [
    '# Events of an order',
    "Generated from the domain's declarations: `npm run reference`. `GET …/orders/{orderID}/events` lists them: append-only, in order, without gaps, written in the transaction of what they announce.",
    valuesTable('packages/domain/src/orders/order.ts', OrderEventType),
  ].join('\n\n');
}

/** `docs/reference/cancellation-reasons.md`. */
export function cancellationReasonsPage(): string {
  return [
    '# Cancellation reasons',
    "Generated from the domain's declarations: `npm run reference`. `cancellation_reason` of an order is one of these, and null for any other order; `cancellation_detail` says more in words.",
    valuesTable('packages/domain/src/orders/cancellation-reason.ts', CancellationReason),
  ].join('\n\n');
}
