import {
  decide,
  idempotencyConflict,
  isInvoiceCommand,
  OrderEventType,
  OrderStatus,
  type CommandEffects,
  type Refusal,
  type OrderCommandOf,
  type OrderCommandType,
  type OrderFacts,
} from '@oms/domain';
import {
  append,
  type OwedCapture,
  type WriteContext,
  type WrittenCommand,
} from '../order-log/command-writing.js';
import { Prisma } from '../generated/client.js';
import { writeInvoiceIssue, writeInvoicePayment, writeInvoiceVoid } from './invoice-writers.js';
import type { Queries } from '../kit/queries.js';
import {
  writeReturnCancellation,
  writeReturnDecision,
  writeReturnReceipt,
  writeReturnRequest,
} from '../returns/return-writers.js';
import {
  writeCorrection,
  writeDelivery,
  writeReturnToSender,
  writeShipment,
  writeShipmentCancellation,
} from './shipment-writers.js';
import { writeEdit } from './order-edit-writer.js';
import { moveOrder, withoutRefundedUnshipped } from './status-moves.js';
import { writeRefundOfUnits, writeUnitCancellation } from './unit-cancellation-writer.js';

type Writer<Type extends OrderCommandType> = (
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<Type>,
  effect: CommandEffects[Type],
) => Promise<WrittenCommand | OwedCapture | Refusal>;

const writers: { readonly [Type in OrderCommandType]?: Writer<Type> } = {
  edit: writeEdit,
  cancel_units: writeUnitCancellation,
  start_processing: async (queries, context) => {
    await moveOrder(queries, context, OrderStatus.Confirmed, OrderStatus.Processing);
    return {};
  },
  ship: writeShipment,
  deliver: writeDelivery,
  correct_shipment: writeCorrection,
  cancel_shipment: writeShipmentCancellation,
  return_to_sender: writeReturnToSender,
  close: async (queries, context) => {
    await moveOrder(queries, context, OrderStatus.Delivered, OrderStatus.Closed);
    return {};
  },
  request_return: writeReturnRequest,
  decide_return: writeReturnDecision,
  receive_return: writeReturnReceipt,
  cancel_return: writeReturnCancellation,
  refund: writeRefundOfUnits,
  issue_invoice: writeInvoiceIssue,
  void_invoice: writeInvoiceVoid,
  record_payment: writeInvoicePayment,
  allow_shipment: async (queries, context, { reason }) => {
    await append(queries, context, {
      set: Prisma.sql`flags = ${withoutRefundedUnshipped},`,
      event: { type: OrderEventType.OrderShipmentAllowed, reason },
    });
    return {};
  },
  retry: async (queries, context, { reason }) => {
    await append(queries, context, { event: { type: OrderEventType.OrderRetryRequested, reason } });
    return {};
  },
};

/**
 * Decides a command by the order's facts and writes its changes, inside the caller's transaction and under the order's
 * lock.
 *
 * @throws Error for a command that the workflow carries out in several steps
 */
export async function writeCommand<Type extends OrderCommandType>(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<Type>,
  facts: OrderFacts,
): Promise<({ readonly kind: 'written' } & WrittenCommand) | OwedCapture | Refusal> {
  const decision = decide<Type>(facts, command);
  if (decision.kind === 'refused') return decision;
  const write = writers[command.type];
  if (!write) throw new Error(`${command.type} is not written by itself`);
  if (await isKeyOfAnotherOrder(queries, context, command.type)) return idempotencyConflict;
  const written = await write(queries, context, command, decision.effect);
  return 'kind' in written ? written : { kind: 'written', ...written };
}

/** Keys of changes of invoices belong to the organisation, so one may have changed the invoice of another order. */
async function isKeyOfAnotherOrder(
  queries: Queries,
  { orderId, commandId }: WriteContext,
  type: OrderCommandType,
): Promise<boolean> {
  if (!isInvoiceCommand(type)) return false;
  return (await queries.orderCommand.count({ where: { commandId, type, orderId: { not: orderId } } })) > 0;
}
