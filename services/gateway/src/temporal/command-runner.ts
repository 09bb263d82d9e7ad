import type { CommandAnswer, CommandKind, CommandRequest } from '@oms/contracts/temporal';
import type { Actor, CommandRefusal, TenantScope } from '@oms/domain';

/** A command that is not a change of one order, as a face has parsed it. */
export interface CommandToRun<Kind extends CommandKind> {
  readonly scope: TenantScope;
  readonly actor: Actor;
  readonly kind: Kind;
  /** See `commandIdFor`; a random UUID where the client gave no key. */
  readonly commandId: string;
  /** SHA-256 of what the client asked for. */
  readonly requestHash: string;
  /** Kept in a workflow's history: no secrets. */
  readonly request: CommandRequest<Kind>;
}

export type RunCommandOutcome<Kind extends CommandKind> =
  | {
      readonly kind: 'answered';
      readonly outcome: CommandAnswer<Kind>['outcome'];
      readonly isReplay: boolean;
    }
  /** It will be carried out by itself; asking again with the same id tells what it came to. */
  | { readonly kind: 'accepted' }
  /** The id was used for another request. Nothing was changed. */
  | { readonly kind: 'conflict' }
  /** It cannot be carried out. Nothing was changed, and asking again with the same id tries once more. */
  | CommandRefusal;

/** Carries out commands. */
export interface CommandRunner {
  /**
   * Starts the command's workflow, or finds the one that is there, and waits a limited time for its answer. Running
   * it again with the same id is safe at any time, also after it has rejected.
   *
   * Rejects when it is not certain that the command will be carried out.
   */
  run<Kind extends CommandKind>(command: CommandToRun<Kind>): Promise<RunCommandOutcome<Kind>>;
}
