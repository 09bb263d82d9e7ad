import type { OrderProgress, OrderWorkflowInput } from '@oms/contracts/temporal';

/** What the Web UI's page of an order says, in Markdown and plain words: where it stands and what it waits for. */
export function describeOrder(input: OrderWorkflowInput, progress: OrderProgress): string {
  const { number, status, paymentStatus, cancellationReason, step, waiting } = progress;
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
      `- Last fault: ${waiting.fault}`,
      `- Attempts so far: ${waiting.attempts}`,
      `- Next attempt: ${waiting.nextAttemptAt}`,
      '- Nothing is lost: the step is tried again until it succeeds. The update `retryNow` tries at once; `cancelOrder` gives up and undoes everything.',
    );
  }
  lines.push(
    '',
    `Order id \`${input.orderId}\` · tenant \`${input.tenantId}\` · organisation \`${input.orgId}\``,
  );
  if (input.links) {
    lines.push('', input.links.map(({ title, url }) => `[${title}](${url})`).join(' · '));
  }
  return lines.join('\n');
}
