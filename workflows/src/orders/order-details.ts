import {
  operatorActionsFor,
  type OperatorAction,
  type OrderProgress,
  type OrderWorkflowInput,
  type Waiting,
} from '@oms/contracts/temporal';
import { markdownCode, type OrderStatus } from '@oms/domain';

const atRest: Readonly<Record<OrderStatus, string>> = {
  draft: 'the order is a draft: it waits to be confirmed',
  pending: 'the order is pending',
  confirmed: 'the order is open: the warehouse has it',
  processing: 'the order is being processed: it waits to be shipped',
  shipped: 'the order is on its way: it waits to be delivered',
  delivered: 'the order is delivered: it is closed when the return window has passed',
  closed: 'the order is closed: nothing can follow',
  cancelled: 'the order is cancelled: nothing can follow',
};

/** What an order is doing while nothing is being done about it. */
export function describeRest(status: OrderStatus, isRecorded: boolean): string {
  return isRecorded ? atRest[status] : 'the order is being recorded';
}

/** Of what others say; Temporal takes 20,000 bytes of details in all. */
const maxForeignCharacters = 500;

/** Others' words, as they may stand on an order's page. */
export function quoted(words: string): string {
  return markdownCode(words, maxForeignCharacters);
}

const who = '"by": "you@example.com", "reason": "…"';

/** How an operator sends what can be done, with the JSON that it takes. */
const help: Readonly<Record<OperatorAction['action'], (update: string) => string>> = {
  retry: (update) => `Not to wait: the update \`${update}\` with \`{${who}}\`.`,
  give_up: (update) =>
    `To cancel it, and undo what was done for it: the update \`${update}\` with \`{${who}}\`.`,
  resolve_payment: (update) =>
    `Where the provider's dashboard shows what became of the payment: the update \`${update}\` with ` +
    `\`{${who}, "outcome": "captured", "amountMinor": 0, "providerObjectId": "…", "evidence": "…"}\`, or another outcome.`,
};

function describeEnd({ givenUpAt, nextAttemptAt }: Waiting): string {
  if (givenUpAt !== undefined) {
    return `- Nothing is lost: the step is tried again until ${givenUpAt}; then the order is cancelled, and what was done for it undone.`;
  }
  return nextAttemptAt === undefined
    ? '- Nothing is lost: the step waits, and is tried again once somebody asks for it.'
    : '- Nothing is lost: the step is tried again until it succeeds.';
}

/**
 * What the Web UI's page of an order says, in Markdown and plain words: where it stands and what it waits for.
 *
 * @param erp where it stands at its ERP, in Markdown
 */
export function describeOrder(
  input: OrderWorkflowInput,
  progress: OrderProgress,
  erp: string | undefined,
): string {
  const { number, status, paymentStatus, cancellationReason, step, waiting, authorizationExpiresAt } =
    progress;
  const reason = cancellationReason ? ` (${cancellationReason})` : '';
  const lines = [
    `**Order ${number ?? input.orderId} is ${status}${reason}**, its payment is ${paymentStatus}.`,
    '',
    waiting ? `Waiting: ${step}.` : `Now: ${step}.`,
  ];
  if (waiting) {
    lines.push(
      '',
      `- Since: ${waiting.since}`,
      `- Last fault: ${quoted(waiting.fault)}`,
      `- Attempts so far: ${waiting.attempts}`,
      ...(waiting.nextAttemptAt === undefined ? [] : [`- Next attempt: ${waiting.nextAttemptAt}`]),
      ...(authorizationExpiresAt === undefined
        ? []
        : [
            `- **The authorisation lapses at ${authorizationExpiresAt}**; then the order cannot be paid for.`,
          ]),
      describeEnd(waiting),
      ...operatorActionsFor(progress).map(({ action, update }) => `- ${help[action](update)}`),
    );
  }
  if (erp !== undefined) lines.push('', `ERP: ${erp}.`);
  lines.push(
    '',
    `Order id \`${input.orderId}\` · tenant \`${input.tenantId}\` · organisation \`${input.orgId}\``,
  );
  if (input.links) {
    lines.push('', input.links.map(({ title, url }) => `[${title}](${url})`).join(' · '));
  }
  return lines.join('\n');
}
