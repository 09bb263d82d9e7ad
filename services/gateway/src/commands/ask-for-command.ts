import { randomUUID } from 'node:crypto';

import { commandIdFor } from '@oms/contracts/temporal';
import { isPassingFault, type CarryOut } from '@oms/database';
import { idempotencyConflict, RefusedError } from '@oms/domain';

import { actorOf, type Principal } from '../auth/principal.js';
import type { HttpResponse } from '../http/http-response.js';
import { notNow, type CommandRunner } from './command-runner.js';

/** A mutation, as an API has parsed it. */
export interface WantedCommand<Request, Result> {
  readonly kind: string;
  /** Tells another request under the same key apart. */
  readonly requestHash: string;
  /** @param commandId from which ids of what the command makes can be made */
  readonly requestOf: (commandId: string) => Request;
  readonly carryOut: CarryOut<Request, Result>;
}

/** How a command came to its result. */
export interface Done {
  readonly isReplay: boolean;
}

/**
 * Carries a mutation out and renders its result.
 *
 * @throws RefusedError for a decision against it
 * @throws HttpRefusal 503 while the database is away or busy: it may have been carried out, or not
 */
export async function askForCommand<Request, Result, Answer extends HttpResponse>(
  commands: CommandRunner,
  { idempotencyKey }: { readonly idempotencyKey?: string },
  principal: Principal,
  { kind, requestHash, requestOf, carryOut }: WantedCommand<Request, Result>,
  render: (result: Result, done: Done) => Answer | Promise<Answer>,
): Promise<Answer> {
  const { scope } = principal;
  const commandId = idempotencyKey === undefined ? randomUUID() : commandIdFor(scope, kind, idempotencyKey);
  const command = {
    ...{ ...scope, commandId, kind, requestHash, requestId: randomUUID() },
    ...{ actor: actorOf(principal), request: requestOf(commandId) },
  };
  const answer = await commands.run(command, carryOut);
  if (answer.kind === 'conflict') throw new RefusedError(idempotencyConflict);
  if (answer.kind === 'refused') throw new RefusedError(answer);
  const { result, isReplay } = answer;
  let response: Answer;
  try {
    response = await render(result, { isReplay });
  } catch (error) {
    // Carried out, and what it made cannot be read now.
    throw isPassingFault(error) ? notNow(error) : error;
  }
  if (!isReplay) return response;
  return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
}
