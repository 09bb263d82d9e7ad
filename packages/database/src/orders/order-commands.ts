import { RefusalCode, type CommandRefusal, type OrderRef } from '@oms/domain';
import type { ChangeAnswer, ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';

import type { WrittenCommand } from '../order-log/command-writing.js';
import { writeCommand } from './command-writers.js';
import type { Database } from '../kit/database.js';
import { RowNotFoundError } from '../kit/database-error.js';
import { Prisma } from '../generated/client.js';
import { readOrderFacts, type Queries } from '../order-log/order-facts-reader.js';
import { lockedOrder } from '../order-log/order-event-sql.js';

/**
 * Applies a command to an order, once: under the order's lock it looks whether the command was applied before, decides
 * by the facts as they are then, and writes what follows, its event and the command itself in one transaction.
 *
 * @throws RowNotFoundError when there is no such order
 */
export function applyOrderCommand(database: Database, input: ChangeOrderInput): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const { command } = input;
    const facts = await readOrderFacts(queries, input);
    const earlier = await findEarlier(queries, input);
    if (earlier) return earlier.kind === 'refused' ? earlier : { ...earlier, facts };
    const written = await writeCommand(queries, input, command, facts);
    if (written.kind === 'refused') return written;
    const { kind: _, ...parts } = written;
    return remember(queries, input, parts);
  });
}

/**
 * Keeps the answer of a command that was carried out step by step (a cancellation, the confirmation of a draft).
 * Keeping it twice is keeping it once.
 */
export function rememberOrderCommand(
  database: Database,
  input: ChangeOrderInput,
): Promise<ChangeOrderResult> {
  return underOrderLock(database, input, async (queries) => {
    const earlier = await findEarlier(queries, input);
    if (earlier?.kind === 'refused') return earlier;
    if (earlier) return { ...earlier, facts: await readOrderFacts(queries, input) };
    return remember(queries, input, {});
  });
}

type ChangeToFind = Pick<ChangeOrderInput, keyof OrderRef | 'commandId' | 'requestHash'>;

/** The answer that a command got, for orders whose workflow has ended; `undefined` where it was never applied. */
export async function findChangeAnswer(
  database: Database,
  input: ChangeToFind,
): Promise<{ readonly kind: 'applied'; readonly answer: ChangeAnswer } | CommandRefusal | undefined> {
  return findEarlier(database.prisma, input);
}

/** What a command was answered, where it was made before. Needs the order's lock to be sure of it. */
export async function findEarlier(
  queries: Queries,
  { orderId, tenantId, orgId, commandId, requestHash }: ChangeToFind,
) {
  const row = await queries.orderCommand.findUnique({
    where: { orderId_commandId: { orderId, commandId }, order: { tenantId, orgId } },
  });
  if (!row) return undefined;
  if (row.requestHash !== requestHash) {
    return {
      kind: 'refused',
      code: RefusalCode.IdempotencyConflict,
      message: 'the idempotency key was used before with another request; nothing was changed',
    } as const;
  }
  const answer = row.result as unknown as ChangeAnswer; // As `remember` wrote it.
  return { kind: 'applied', isReplay: true, answer } as const;
}

/** Keeps what a command came to. Needs the order's lock. */
export async function remember(
  queries: Queries,
  input: ChangeOrderInput,
  written: WrittenCommand,
): Promise<ChangeOrderResult> {
  const facts = await readOrderFacts(queries, input);
  const { status, paymentStatus, version } = facts;
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
  return { kind: 'applied', isReplay: false, answer, facts };
}

/** A transaction that begins with the order's lock: whatever else changes this order waits, or has finished. */
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
