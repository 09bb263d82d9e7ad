import { randomUUID } from 'node:crypto';

import {
  commandIdFor,
  type CommandKind,
  type CommandRequest,
  type CommandResult,
} from '@oms/contracts/temporal';

import { idempotencyConflict, RefusalCode, refused, RefusedError } from '@oms/domain';

import { actorOf, type Principal } from '../auth/principal.js';
import { HttpRefusal } from '../http/refuse.js';
import type { HttpResponse } from '../http/http-response.js';
import type { CommandRunner, RunCommandOutcome } from '../temporal/command-runner.js';

/** A command that was parsed. */
export interface WantedCommand<Kind extends CommandKind, Accepted extends HttpResponse> {
  readonly kind: Kind;
  /** What tells another request under the same key apart. */
  readonly requestHash: string;
  /** @param commandId from which ids of what the command makes can be made */
  readonly requestOf: (commandId: string) => CommandRequest<Kind>;
  /** What is answered, or thrown, while it is not carried out; usually that it goes on by itself. */
  readonly renderAccepted?: () => Accepted;
}

/** The answer to a command that is not carried out yet. */
interface AcceptedCommand {
  readonly status: 202;
  readonly body: { readonly status: 'accepted' };
}
const acceptedCommand: AcceptedCommand = { status: 202, body: { status: 'accepted' } };

/**
 * Has a command carried out, and renders what became of it: what it made, 202 while it is not done, or the refusal in
 * the words of the API that it came through.
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
  principal: Principal,
  wanted: WantedCommand<Kind, Accepted>,
  render: (result: CommandResult<Kind>, wasDone: boolean) => Answer | Promise<Answer>,
): Promise<Answer | Accepted> {
  const { scope } = principal;
  const { kind, requestHash } = wanted;
  const commandId = idempotencyKey === undefined ? randomUUID() : commandIdFor(scope, kind, idempotencyKey);
  let answer: RunCommandOutcome<Kind>;
  try {
    const request = wanted.requestOf(commandId);
    const actor = actorOf(principal);
    answer = await runner.run({ scope, actor, kind, commandId, requestHash, request });
  } catch (cause) {
    const advice = 'it may not have been carried out; retry with the same Idempotency-Key';
    throw new HttpRefusal(RefusalCode.Internal, advice, { cause });
  }
  if (answer.kind === 'accepted') {
    // Without a way of its own to say so, `Accepted` is the usual answer.
    return wanted.renderAccepted ? wanted.renderAccepted() : (acceptedCommand as HttpResponse as Accepted);
  }
  if (answer.kind === 'conflict') throw new RefusedError(idempotencyConflict);
  if (answer.kind === 'refused') throw new RefusedError(answer);
  const { outcome, isReplay } = answer;
  if (outcome.kind === 'denied') {
    const code = outcome.why === 'not_found' ? RefusalCode.NotFound : RefusalCode.TransitionNotAllowed;
    throw refused(code, outcome.message);
  }
  const response = await render(outcome.result, outcome.wasDone === true);
  if (!isReplay) return response;
  return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
}
