import {
  chargeMinor,
  LapsingAuthorizations,
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  refusal,
  RefusalCode,
  StatementOutcome,
  type Actor,
  type OrderRef,
  type Refusal,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { append, type WriteContext } from '../order-log/command-writing.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { underOrderLock } from '../order-log/order-lock.js';
import { readStanding } from '../order-log/order-standing.js';
import { withFlag } from './ledger-flags.js';

/**
 * Requests the capture that a shipment needs, unless one is under way. Needs the order's lock.
 *
 * @returns the refusal of a command whose capture the provider has declined
 */
export async function requestCapture(
  queries: Queries,
  { orderId, commandId, actor }: WriteContext,
  amountMinor: number,
): Promise<Refusal | undefined> {
  const declined = await queries.captureRequest.findFirst({
    where: { orderId, commandId, status: 'declined' },
    orderBy: { ordinal: 'desc' },
  });
  if (declined) {
    const message = `nothing was shipped: the payment provider declined the capture. ${declined.reason ?? ''}`;
    return refusal(RefusalCode.PaymentFailed, message.trim());
  }
  await insertRequest(queries, { orderId, actor }, { commandId, amountMinor });
  return undefined;
}

async function insertRequest(
  queries: Queries,
  { orderId, actor }: { readonly orderId: string; readonly actor: Actor },
  request: { readonly commandId: string | null; readonly amountMinor: number },
): Promise<void> {
  const earlier = await queries.captureRequest.findMany({ where: { orderId }, select: { status: true } });
  if (earlier.some(({ status }) => status === 'pending')) return;
  await queries.captureRequest.create({ data: { orderId, ordinal: earlier.length + 1, ...request } });
  const { amountMinor } = request;
  await append(
    queries,
    { orderId, actor },
    { event: { type: OrderEventType.PaymentCaptureRequested, data: { amountMinor } } },
  );
}

/** Records that the provider declined the requested capture: flags the order, whose money is only held. Idempotent. */
export function declineCapture(
  database: Database,
  ref: OrderRef,
  declined: { readonly reason: string; readonly declineCode?: string; readonly actor: Actor },
): Promise<void> {
  const { orderId } = ref;
  const { reason, declineCode, actor } = declined;
  return underOrderLock(database, ref, async (queries) => {
    const { count } = await queries.captureRequest.updateMany({
      where: { orderId, status: 'pending' },
      data: { status: 'declined', reason, settledAt: new Date() },
    });
    if (count === 0) return;
    const { paymentStatus: from } = await queries.order.findUniqueOrThrow({
      where: { id: orderId },
      select: { paymentStatus: true },
    });
    const to = PaymentStatus.Authorized;
    await append(
      queries,
      { orderId, actor },
      {
        set: Prisma.sql`payment_status = ${to}, flags = ${withFlag(OrderFlag.CaptureDeclined)},`,
        event: {
          type: OrderEventType.PaymentCaptureDeclined,
          reason,
          ...(from === to ? {} : { from: Prisma.sql`${from}`, to: Prisma.sql`${to}` }),
          data: declineCode === undefined ? {} : { declineCode },
        },
      },
    );
  });
}

/**
 * Requests the capture of an order whose authorisation lapses soon, where the tenant's settings say so. Idempotent.
 *
 * @returns `flag` where the order has to be flagged instead; `done` where nothing is left to do
 */
export function guardAuthorization(
  database: Database,
  ref: OrderRef,
  actor: Actor,
): Promise<{ readonly kind: 'done' } | { readonly kind: 'flag'; readonly expiresAt: string }> {
  const { orderId } = ref;
  return underOrderLock(database, ref, async (queries) => {
    const { captureBy } = await readStanding(queries, ref);
    const { lapsingAuthorizations, payment } = await queries.order.findUniqueOrThrow({
      where: { id: orderId },
      select: { lapsingAuthorizations: true, payment: { select: { authorizationExpiresAt: true } } },
    });
    const expiresAt = payment?.authorizationExpiresAt?.toISOString();
    if (captureBy === undefined || expiresAt === undefined) return { kind: 'done' };
    if (lapsingAuthorizations === LapsingAuthorizations.Flag) return { kind: 'flag', expiresAt };
    const amountMinor = chargeMinor(await readOrderFacts(queries, ref));
    await insertRequest(queries, { orderId, actor }, { commandId: null, amountMinor });
    return { kind: 'done' };
  });
}

/** The parts of an order that {@link captureOrdinalOf} needs. */
export const withCaptures = {
  statements: { where: { outcome: StatementOutcome.NotCaptured } },
  payment: { include: { captureRequests: true } },
} as const satisfies Prisma.OrderInclude;

/**
 * The ordinal of an order's next capture. A declined capture, and one of which an operator states that it did not happen,
 * makes the next one a request of its own; one with an unknown outcome never does.
 */
export function captureOrdinalOf({
  statements,
  payment,
}: Prisma.OrderGetPayload<{ include: typeof withCaptures }>): number {
  const declined = payment?.captureRequests.filter(({ status }) => status === 'declined') ?? [];
  return 1 + statements.length + declined.length;
}
