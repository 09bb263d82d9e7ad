import { operatorActionsFor, type OperatorAction, type OrderWorkflowInput } from '@oms/contracts/temporal';
import {
  markdownCode,
  type CancellationReason,
  type OrderFlag,
  type OrderStatus,
  type PaymentStatus,
} from '@oms/domain';

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

/** A fault that a step waits out by itself. Times are ISO 8601. */
export interface Wait {
  /** A payment provider's name, `inventory` or `database`. */
  readonly waitsFor: string;
  readonly since: string;
  /** The last fault of the attempts before the step began to wait, and its type. */
  readonly fault: string;
  readonly code: string;
  /** Whether a provider may have done what it was asked. */
  readonly isOutcomeUnknown: boolean;
  /** When the order is cancelled unless the step is over: the tenant's limit. Absent: it is tried for ever. */
  readonly givenUpAt?: string;
}

/** The parts of an order that its description shows. */
export interface OrderToDescribe {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly flags: readonly OrderFlag[];
  readonly number?: string;
  readonly cancellationReason?: CancellationReason;
  readonly isBeingCancelled: boolean;
  /** In plain words. */
  readonly step: string;
  readonly wait?: Wait;
  /** When the authorisation lapses of a payment that is still to be captured. ISO 8601. */
  readonly authorizationExpiresAt?: string;
  /** Where it stands at its ERP, in Markdown. */
  readonly erp?: string;
}

function describeEnd({ givenUpAt }: Wait): string {
  return givenUpAt === undefined
    ? '- Nothing is lost: the step is tried again until it succeeds.'
    : `- Nothing is lost: the step is tried again until ${givenUpAt}; then the order is cancelled, and what was done for it undone.`;
}

/** The description of an order in Temporal's Web UI, in Markdown: its status and the step that it waits for. */
export function describeOrder(input: OrderWorkflowInput, order: OrderToDescribe): string {
  const {
    number,
    status,
    paymentStatus,
    flags,
    cancellationReason,
    step,
    wait,
    erp,
    authorizationExpiresAt,
  } = order;
  const reason = cancellationReason ? ` (${cancellationReason})` : '';
  const lines = [
    `**Order ${number ?? input.orderId} is ${status}${reason}**, its payment is ${paymentStatus}.`,
    ...(flags.length > 0
      ? ['', `**Somebody has to look at it**: ${flags.map((flag) => `\`${flag}\``).join(', ')}.`]
      : []),
    '',
    wait ? `Waiting for ${wait.waitsFor}: ${step}.` : `Now: ${step}.`,
  ];
  if (wait) {
    lines.push(
      '',
      `- Since: ${wait.since}`,
      `- First fault: ${quoted(wait.fault)}`,
      '- Attempts, the last fault and the next attempt: under *Pending Activities*.',
      describeEnd(wait),
      ...(authorizationExpiresAt === undefined
        ? []
        : [
            `- **The authorisation lapses at ${authorizationExpiresAt}**; then the order cannot be paid for.`,
          ]),
      ...operatorActionsFor(order).map(({ action, update }) => `- ${help[action](update)}`),
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
