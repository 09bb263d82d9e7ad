import type { Actor, TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

import type { CommandKind, CommandRequest, CommandResult } from './command-kinds.js';

/** The registered name of the workflow that carries out one command which is not a change of one order. */
export const commandWorkflowType = 'commandWorkflow';

/** What starts a command. It is kept in the workflow's history: no secrets, only their hashes. */
export interface CommandInput<Kind extends CommandKind = CommandKind> extends TenantScope {
  /** A UUID. The same command always has the same one. */
  readonly commandId: string;
  readonly kind: Kind;
  /** SHA-256 of the canonical request, by which another request under the same key is told apart. */
  readonly requestHash: string;
  /** The id of the HTTP request that asked, by which a first call is told from a replay. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly request: CommandRequest<Kind>;
}

/** A decision against a command. Nothing has changed. */
export interface CommandDenial {
  readonly kind: 'denied';
  /** Whether something that the command names is not there, or a rule forbids it. */
  readonly why: 'not_found' | 'not_allowed';
  /** For people; may be shown to a client. */
  readonly message: string;
}

/** What a command came to. It is kept: no secrets. */
export type CommandOutcome<Kind extends CommandKind = CommandKind> =
  | {
      readonly kind: 'done';
      readonly result: CommandResult<Kind>;
      /** Whether what was asked for had been done before, under whatever key. */
      readonly wasDone?: boolean;
    }
  | CommandDenial;

/** What a command's workflow answers: the outcome, and by which request it came to be. */
export interface CommandAnswer<Kind extends CommandKind = CommandKind> {
  readonly outcome: CommandOutcome<Kind>;
  readonly requestHash: string;
  readonly requestId: string;
}

/** The namespace of command ids (RFC 9562 §5.5). Changing it would make every key new. */
const commandIdNamespace = '0c0f6f0e-7f0a-5a6b-8d3c-2b9a4e1d5f70';

/** The id of the command that a key makes; the same scope, kind and key always give the same one. */
export function commandIdFor(scope: TenantScope, kind: CommandKind, idempotencyKey: string): string {
  return uuidV5(`${scope.tenantId}/${scope.orgId}/${kind}/${idempotencyKey}`, commandIdNamespace);
}

/** The id of what a command makes; the same command always makes the same one. */
export function commandPartId(commandId: string, part: string): string {
  return uuidV5(part, commandId);
}

/** The id of a command's one workflow. */
export function commandWorkflowId(commandId: string): string {
  return `command-${commandId}`;
}
