import type { CommandAnswer, CommandInput, CommandKind, CommandOutcome } from '@oms/contracts/temporal';

import type { Database } from './database.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from './queries.js';

/** A transaction that a command writes in. Whoever is outside of this package only hands it on. */
export type CommandTransaction = Queries;

/**
 * Carries out a command, once: what it writes and what it answers are one transaction. A command that was carried out
 * before is answered as it was then, whatever it is asked with now; its caller compares the hashes.
 *
 * Two at the same moment: one waits for the other.
 */
export function runCommand<Kind extends CommandKind>(
  database: Database,
  input: CommandInput<Kind>,
  carryOut: (transaction: CommandTransaction) => Promise<CommandOutcome<Kind>>,
): Promise<CommandAnswer<Kind>> {
  const { commandId: id, tenantId, orgId, kind, requestHash, requestId } = input;
  return database.prisma.$transaction(
    async (queries) => {
      await queries.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
      const earlier = await queries.command.findUnique({ where: { id, tenantId, orgId } });
      if (earlier) {
        const outcome = earlier.result as unknown as CommandOutcome<Kind>; // As it was written below.
        return { outcome, requestHash: earlier.requestHash, requestId: earlier.requestId };
      }
      const outcome = await carryOut(queries);
      const result = outcome as unknown as Prisma.InputJsonObject; // Plain JSON by its contract.
      await queries.command.create({ data: { id, tenantId, orgId, kind, requestHash, requestId, result } });
      return { outcome, requestHash, requestId };
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.ReadCommitted, maxWait: 5_000, timeout: 15_000 },
  );
}
