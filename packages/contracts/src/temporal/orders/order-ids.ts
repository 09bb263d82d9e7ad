import { isInvoiceCommand, type OrderRef, type TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

import { commandIdFor } from '../kit/command-ids.js';

/**
 * The namespace of order ids (RFC 9562 §5.5). Never change it: retries of earlier requests would place second orders.
 */
const orderIdNamespace = '6f4f0d6a-3c0e-5d0b-9a55-6b1d0a7e3c11';

/**
 * The id of the order of an idempotency key. Equal tenant, organisation and key give equal ids. The id is known
 * before anything is written, so a client that lost the answer gets the same order by retrying.
 */
export function orderIdFor(scope: TenantScope, idempotencyKey: string): string {
  return uuidV5(`${scope.tenantId}/${scope.orgId}/${idempotencyKey}`, orderIdNamespace);
}

/** The id of an order's workflow, before the installation's prefix. */
export function orderWorkflowId(orderId: string): string {
  return `order-${orderId}`;
}

/** The id of a line of an order, derived from its position, so that recording the line twice has no effect. */
export function orderLineId(orderId: string, position: number): string {
  return uuidV5(String(position), orderId);
}

/**
 * The id of the shipment, return, refund, cancellation or payment that a command creates. The same command always gives the same
 * id, so that a retry creates nothing twice.
 */
export function orderPartId(orderId: string, commandId: string): string {
  return uuidV5(`part/${commandId}`, orderId);
}

/**
 * The id of a change that a client requests under a key. Equal order, operation and key give equal ids. The paths of
 * invoices name no order, so the keys of their changes are unique within the organisation.
 */
export function orderCommandId(ref: OrderRef, operation: string, idempotencyKey: string): string {
  if (isInvoiceCommand(operation)) return commandIdFor(ref, operation, idempotencyKey);
  return uuidV5(`${operation}/${idempotencyKey}`, ref.orderId);
}
