import { randomUUID } from 'node:crypto';

import {
  commandIdFor,
  type InvoiceCommandKind,
  type InvoiceCommandRequest,
  type InvoiceCommandResult,
} from '@oms/contracts/temporal';
import { idempotencyConflict, RefusalCode, RefusedError } from '@oms/domain';

import { actorOf, type Principal } from '../../auth/principal.js';
import type { Done } from '../../commands/ask-for-command.js';
import { HttpRefusal } from '../../http/refuse.js';
import type { HttpResponse } from '../../http/http-response.js';
import type { InvoiceCommandOutcome, InvoiceCommands } from '../../temporal/invoice-commands.js';

/** A command about an invoice, as the Sales API has parsed it. */
export interface WantedInvoiceCommand<Kind extends InvoiceCommandKind> {
  readonly kind: Kind;
  /** Tells another request under the same key apart. */
  readonly requestHash: string;
  readonly request: InvoiceCommandRequest<Kind>;
}

/** The answer to a command that is not carried out yet. */
interface AcceptedCommand {
  readonly status: 202;
  readonly body: { readonly status: 'accepted' };
}

/**
 * Has a command about an invoice carried out and renders its result, or 202 while it is not done.
 *
 * @throws RefusedError; HttpRefusal 500, which leaves open whether it will be carried out
 */
export async function askForInvoiceCommand<Kind extends InvoiceCommandKind, Answer extends HttpResponse>(
  invoiceCommands: InvoiceCommands,
  { idempotencyKey }: { readonly idempotencyKey?: string },
  principal: Principal,
  { kind, requestHash, request }: WantedInvoiceCommand<Kind>,
  render: (result: InvoiceCommandResult<Kind>, done: Done) => Answer | Promise<Answer>,
): Promise<Answer | AcceptedCommand> {
  const { scope } = principal;
  const commandId = idempotencyKey === undefined ? randomUUID() : commandIdFor(scope, kind, idempotencyKey);
  const command = {
    ...{ ...scope, commandId, kind, requestHash, requestId: randomUUID() },
    ...{ actor: actorOf(principal), request },
  };
  let answer: InvoiceCommandOutcome<Kind>;
  try {
    answer = await invoiceCommands.run(command);
  } catch (cause) {
    const advice = 'it may not have been carried out; retry with the same Idempotency-Key';
    throw new HttpRefusal(RefusalCode.Internal, advice, { cause });
  }
  if (answer.kind === 'accepted') return { status: 202, body: { status: 'accepted' } };
  if (answer.kind === 'conflict') throw new RefusedError(idempotencyConflict);
  if (answer.kind === 'refused') throw new RefusedError(answer);
  const { outcome, isReplay } = answer;
  if (outcome.kind === 'refused') throw new RefusedError(outcome);
  const response = await render(outcome.result, { wasDone: outcome.wasDone, isReplay });
  if (!isReplay) return response;
  return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
}
