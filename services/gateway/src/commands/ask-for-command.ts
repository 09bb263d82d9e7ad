import { randomUUID } from 'node:crypto';

import {
  commandIdFor,
  type CommandKind,
  type CommandRequest,
  type CommandResult,
} from '@oms/contracts/temporal';

import { RefusalCode, type CommandRefusal } from '@oms/domain';

import type { Principal } from '../auth/principal.js';
import { HttpError, RefusedError } from '../http/http-error.js';
import type { HttpResponse } from '../http/http-response.js';
import type { CommandRunner, RunCommandOutcome } from '../temporal/command-runner.js';

/** A command, as a face has parsed it. */
export interface WantedCommand<Kind extends CommandKind, Accepted extends HttpResponse> {
  readonly kind: Kind;
  /** What tells another request under the same key apart. */
  readonly requestHash: string;
  /** @param commandId from which ids of what the command makes can be made */
  readonly requestOf: (commandId: string) => CommandRequest<Kind>;
  /** What is answered, or thrown, while it is not carried out; usually that it goes on by itself. */
  readonly renderAccepted?: () => Accepted;
}

const conflict: CommandRefusal = {
  kind: 'refused',
  code: RefusalCode.IdempotencyConflict,
  message: 'the idempotency key was used before with another request; nothing was changed',
};

/** The answer to a command that is not carried out yet. */
interface AcceptedCommand {
  readonly status: 202;
  readonly body: { readonly status: 'accepted' };
}
const acceptedCommand: AcceptedCommand = { status: 202, body: { status: 'accepted' } };

/**
 * Has a command carried out, and renders what became of it: what it made, 202 while it is not done, or the refusal in
 * the words of the face that it came through.
 *
 * @throws RefusedError; HttpError 500, which leaves open whether it will be carried out
 */
export async function askForCommand<
  Kind extends CommandKind,
  Answer extends HttpResponse,
  Accepted extends HttpResponse = AcceptedCommand,
>(
  runner: CommandRunner,
  { idempotencyKey }: { readonly idempotencyKey?: string },
  { scope, subject, actorType }: Principal,
  wanted: WantedCommand<Kind, Accepted>,
  render: (result: CommandResult<Kind>, wasDone: boolean) => Answer | Promise<Answer>,
): Promise<Answer | Accepted> {
  const { kind, requestHash } = wanted;
  const commandId = idempotencyKey === undefined ? randomUUID() : commandIdFor(scope, kind, idempotencyKey);
  let answer: RunCommandOutcome<Kind>;
  try {
    const request = wanted.requestOf(commandId);
    const actor = { type: actorType, id: subject };
    answer = await runner.run({ scope, actor, kind, commandId, requestHash, request });
  } catch (cause) {
    const advice = 'it may not have been carried out; retry with the same Idempotency-Key';
    throw new HttpError(500, advice, { cause });
  }
  if (answer.kind === 'accepted') {
    // Without a way of its own to say so, `Accepted` is the usual answer.
    return wanted.renderAccepted ? wanted.renderAccepted() : (acceptedCommand as HttpResponse as Accepted);
  }
  if (answer.kind === 'conflict') throw new RefusedError(conflict);
  if (answer.kind === 'refused') throw new RefusedError(answer);
  const { outcome, isReplay } = answer;
  if (outcome.kind === 'denied') {
    const code = outcome.why === 'not_found' ? RefusalCode.PartNotFound : RefusalCode.TransitionNotAllowed;
    throw new RefusedError({ kind: 'refused', code, message: outcome.message });
  }
  const response = await render(outcome.result, outcome.wasDone === true);
  if (!isReplay) return response;
  return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
}
