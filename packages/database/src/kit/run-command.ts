import { idempotencyConflict, RefusalCode, type Actor, type Refusal, type TenantScope } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import { insertAudit, type Change } from './audit.js';
import type { Database } from './database.js';
import { isDatabaseAway, isLostRace } from './database-error.js';
import type { Queries } from './queries.js';

/** The transaction of a command. */
export type CommandTransaction = Queries;

/** A mutation that one transaction can complete: it neither waits nor needs to be undone. */
export interface Command<Request = unknown> extends TenantScope {
  /** A UUID, derived from the idempotency key by `commandIdFor`: a retry has the same one. */
  readonly commandId: string;
  readonly kind: string;
  /** SHA-256 of the canonical request. The same id with another hash is a conflict. */
  readonly requestHash: string;
  /** The id of the HTTP request. A replay has another one. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly request: Request;
}

/** The outcome of a mutation. The result is stored unchanged, so it must be plain JSON without secrets. */
export type CarriedOut<Result> =
  | {
      readonly kind: 'done';
      readonly result: Result;
      /** For the audit log. A mutation that changes nothing sets `wasDone` instead. */
      readonly changes: readonly [Change, ...Change[]];
    }
  | { readonly kind: 'done'; readonly result: Result; readonly wasDone: true }
  | Refusal;

/** Carries out a command. A refusal rolls back everything that it wrote. */
export type CarryOut<Request, Result> = (
  transaction: CommandTransaction,
  command: Command<Request>,
) => Promise<CarriedOut<Result>>;

export type CommandAnswer<Result> =
  | {
      readonly kind: 'done';
      readonly result: Result;
      /** Whether the mutation was a no-op, because a command with another key had the same effect before. */
      readonly wasDone: boolean;
      readonly isReplay: boolean;
    }
  | (Refusal & { readonly isReplay: boolean });

/** The stored answer of a command. */
type KeptAnswer<Result> =
  { readonly kind: 'done'; readonly result: Result; readonly wasDone?: true } | Refusal;

const maxRuns = 3;

/**
 * Carries out a command once, in one transaction: takes the command's lock, looks for an earlier answer, sets the
 * tenant, carries out the mutation, writes the audit records and stores the answer. A retry gets the stored answer.
 * Two calls at the same moment run one after the other. A refusal is stored too, except for one about a resource that
 * does not exist. Another request under the same id is refused with `IDEMPOTENCY_CONFLICT`.
 *
 * A transaction that lost a race runs again, up to three runs in all. After a lost connection it runs again once: the
 * stored answer shows whether the lost COMMIT took effect.
 *
 * @throws an error of `isPassingFault` while the database is away or busy; the command may have taken effect, and
 *   retrying with the same id is safe
 * @throws an error of `isRefusedByDatabase` where the database refuses the rows; nothing was changed
 */
export async function runCommand<Request, Result>(
  database: Database,
  command: Command<Request>,
  carryOut: CarryOut<Request, Result>,
  options: { readonly lockTimeoutMs?: number } = {},
): Promise<CommandAnswer<Result>> {
  for (let run = 1, wasAway = false; ; run += 1) {
    try {
      return await runOnce(database, command, carryOut, options);
    } catch (error) {
      const isAway = isDatabaseAway(error);
      if (run === maxRuns || !(isAway ? !wasAway : isLostRace(error))) throw error;
      wasAway ||= isAway;
    }
  }
}

function runOnce<Request, Result>(
  { prisma }: Database,
  command: Command<Request>,
  carryOut: CarryOut<Request, Result>,
  { lockTimeoutMs = 10_000 }: { readonly lockTimeoutMs?: number },
): Promise<CommandAnswer<Result>> {
  const { commandId: id, tenantId, orgId, requestHash, requestId } = command;
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`
        SELECT set_config('app.tenant_id', ${tenantId}, true), set_config('lock_timeout', ${String(lockTimeoutMs)}, true),
          pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
      const earlier = await transaction.command.findUnique({ where: { id, tenantId, orgId } });
      if (earlier) {
        if (earlier.requestHash !== requestHash) return { ...idempotencyConflict, isReplay: false };
        const kept = earlier.result as unknown as KeptAnswer<Result>; // `keep` wrote it.
        return answerOf(kept, earlier.requestId !== requestId);
      }
      await transaction.$executeRaw`SAVEPOINT carry_out`;
      const outcome = await carryOut(transaction, command);
      if (outcome.kind === 'refused') await transaction.$executeRaw`ROLLBACK TO SAVEPOINT carry_out`;
      const isKept = outcome.kind === 'done' || outcome.code !== RefusalCode.NotFound;
      if (isKept) await keep(transaction, command, outcome);
      return answerOf(outcome, false);
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.ReadCommitted, maxWait: 5_000, timeout: 15_000 },
  );
}

function answerOf<Result>(
  outcome: CarriedOut<Result> | KeptAnswer<Result>,
  isReplay: boolean,
): CommandAnswer<Result> {
  if (outcome.kind === 'refused') return { ...outcome, isReplay };
  return { kind: 'done', result: outcome.result, wasDone: 'wasDone' in outcome, isReplay };
}

/** Stores the answer and its audit records, in one statement. */
async function keep<Request, Result>(
  transaction: CommandTransaction,
  { commandId, tenantId, orgId, kind, requestHash, requestId, actor }: Command<Request>,
  outcome: CarriedOut<Result>,
): Promise<void> {
  const isDone = outcome.kind === 'done';
  const changes = isDone && 'changes' in outcome ? outcome.changes : [];
  const answer: KeptAnswer<Result> =
    isDone && 'changes' in outcome ? { kind: 'done', result: outcome.result } : outcome;
  await transaction.$executeRaw`
    WITH audited AS (${insertAudit({ tenantId, orgId }, actor, changes)})
    INSERT INTO commands (id, tenant_id, org_id, kind, request_hash, request_id, result)
    VALUES (${commandId}::uuid, ${tenantId}::uuid, ${orgId}::uuid, ${kind}, ${requestHash}, ${requestId},
      ${JSON.stringify(answer)}::jsonb)`;
}
