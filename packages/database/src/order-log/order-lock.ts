import { idempotencyConflict, type Refusal, type OrderRef } from '@oms/domain';
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
): Promise<{ readonly kind: 'applied'; readonly answer: ChangeAnswer } | Refusal | undefined> {
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

/**
 * Decides a command once, in a transaction under its order's lock. An earlier run that was applied is answered as it was.
 * A refusal is kept, so that a client whose change was answered 202 can read it later.
 *
 * @param work decides and writes; it writes nothing before it refuses
 * @throws RowNotFoundError for an unknown order
 */
export function decideOnce<Result extends { readonly kind: string }>(
  database: Database,
  input: ChangeOrderInput,
  work: (queries: Queries) => Promise<Result | Refusal>,
): Promise<Result | ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, standing: await readStanding(queries, input) };
    return keepingRefusal(queries, input, await work(queries));
  });
}

/** Keeps the result if it is a refusal. Needs the order's lock. A repeated attempt of one request keeps the first one. */
export async function keepingRefusal<Result extends { readonly kind: string }>(
  queries: Queries,
  { orderId, commandId, requestId, command }: ChangeOrderInput,
  result: Result,
): Promise<Result> {
  if (result.kind !== 'refused') return result;
  await queries.orderRefusal.createMany({
    data: { orderId, commandId, requestId, type: command.type, refusal: { ...result } },
    skipDuplicates: true,
  });
  return result;
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
