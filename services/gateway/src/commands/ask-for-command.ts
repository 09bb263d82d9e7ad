import { randomUUID } from 'node:crypto';

import { commandIdFor } from '@oms/contracts/temporal';
import { isPassingFault, type CarryOut } from '@oms/database';
import { RefusedError } from '@oms/domain';

import { actorOf, type Principal } from '../auth/principal.js';
import type { HttpResponse } from '../http/http-response.js';
import { notNow, type CommandRunner } from './command-runner.js';

/** A mutation that an API has parsed. */
export interface WantedCommand<Request, Result> {
  readonly kind: string;
  /** The hash of the request. The same key with another hash is refused. */
  readonly requestHash: string;
  /**
   * Makes the request of the command.
   *
   * @param commandId the ids of new rows are derived from it, so that a replay makes the same ids
   */
  readonly requestOf: (commandId: string) => Request;
  readonly carryOut: CarryOut<Request, Result>;
}

/** The way a command came to its result. */
export interface Done {
  readonly isReplay: boolean;
}

/**
 * Carries out a mutation and renders its result.
 *
 * @throws RefusedError for a mutation that a rule refuses, and for a key that belongs to another request
 * @throws HttpRefusal 503 while the database is away or busy; the mutation may have been carried out. Retrying under
 *   the same key is safe.
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
  if (answer.kind === 'refused') throw new RefusedError(answer);
  const { result, isReplay } = answer;
  let response: Answer;
  try {
    response = await render(result, { isReplay });
  } catch (error) {
    // The mutation is committed; only reading its result has failed.
    throw isPassingFault(error) ? notNow(error) : error;
  }
  if (!isReplay) return response;
  return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
}
