import { isInvoiceCommand, type OrderRef, type TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

import { commandIdFor } from '../kit/command-ids.js';

/** The namespace of order ids (RFC 9562 §5.5). Changing it would orphan every order. */
const orderIdNamespace = '6f4f0d6a-3c0e-5d0b-9a55-6b1d0a7e3c11';

/**
 * The id of the order that a key makes, known before anything has run: the same tenant, organisation and
 * key always give the same id, so an answer that was lost loses nothing.
 */
export function orderIdFor(scope: TenantScope, idempotencyKey: string): string {
  return uuidV5(`${scope.tenantId}/${scope.orgId}/${idempotencyKey}`, orderIdNamespace);
}

/** The id of an order's one workflow. */
export function orderWorkflowId(orderId: string): string {
  return `order-${orderId}`;
}

/** The id of a line of an order; the same line always has the same id, so recording it twice is recording it once. */
export function orderLineId(orderId: string, position: number): string {
  return uuidV5(String(position), orderId);
}

/** The id of the shipment, return, refund or payment that a command makes; the same command always makes the same one. */
export function orderPartId(orderId: string, commandId: string): string {
  return uuidV5(`part/${commandId}`, orderId);
}

/**
 * The id of a change that a client requests under a key. The same key and operation give the same change of one order. The
 * paths of invoices name no order, so the keys of their changes belong to the organisation.
 */
export function orderCommandId(ref: OrderRef, operation: string, idempotencyKey: string): string {
  if (isInvoiceCommand(operation)) return commandIdFor(ref, operation, idempotencyKey);
  return uuidV5(`${operation}/${idempotencyKey}`, ref.orderId);
}
