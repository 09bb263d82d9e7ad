import { idempotencyConflict, type CommandRefusal, type OrderRef } from '@oms/domain';
import type { ChangeAnswer, ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';

import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import type { Queries } from '../kit/queries.js';
import { Prisma } from '../generated/client.js';
import type { WrittenCommand } from './command-writing.js';
import { lockedOrder } from './order-event-sql.js';
import { readStanding } from './order-standing.js';

type ChangeToFind = Pick<ChangeOrderInput, keyof OrderRef | 'commandId' | 'requestHash'>;

/** The answer to a command of an order whose workflow has ended; `undefined` if it was never applied. */
export async function findChangeAnswer(
  database: Database,
  input: ChangeToFind,
): Promise<{ readonly kind: 'applied'; readonly answer: ChangeAnswer } | CommandRefusal | undefined> {
  return findEarlier(database.prisma, input);
}

/** The answer to an earlier run of a command. Only certain under the order's lock. */
export async function findEarlier(
  queries: Queries,
  { orderId, tenantId, orgId, commandId, requestHash }: ChangeToFind,
) {
  const row = await queries.orderCommand.findUnique({
    where: { orderId_commandId: { orderId, commandId }, order: { tenantId, orgId } },
  });
  if (!row) return undefined;
  if (row.requestHash !== requestHash) return idempotencyConflict;
  const answer = row.result as unknown as ChangeAnswer; // As `remember` wrote it.
  return { kind: 'applied', isReplay: true, answer } as const;
}

/** Keeps the result of a command. Needs the order's lock. */
export async function remember(
  queries: Queries,
  input: ChangeOrderInput,
  written: WrittenCommand,
): Promise<ChangeOrderResult> {
  const standing = await readStanding(queries, input);
  const { status, paymentStatus, version } = standing;
  const { requestHash, requestId } = input;
  const answer: ChangeAnswer = { status, paymentStatus, version, requestHash, requestId, ...written };
  await queries.orderCommand.create({
    data: {
      orderId: input.orderId,
      commandId: input.commandId,
      type: input.command.type,
      requestHash: input.requestHash,
      result: { ...answer },
    },
  });
  return { kind: 'applied', isReplay: false, answer, standing };
}

/** A transaction that begins with the order's lock: other changes of this order wait, or have finished. */
export function underOrderLock<Result>(
  database: Database,
  ref: OrderRef,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return database.prisma.$transaction(
    async (queries) => {
      const rows = await queries.$queryRaw<unknown[]>`WITH ${lockedOrder(ref)} SELECT id FROM target`;
      if (rows.length === 0) throw new RowNotFoundError(`there is no order ${ref.orderId}`);
      return work(queries);
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.ReadCommitted, maxWait: 5_000, timeout: 15_000 },
  );
}
