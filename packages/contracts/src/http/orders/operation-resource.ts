import type { Refusal } from '@oms/domain';
import type { ChangeAnswer } from '../../temporal/orders/order-activities.js';
import { z } from 'zod';

import { errorResource, renderError } from '../kit/error-resource.js';
import { namedResources } from '../kit/named-schemas.js';
import { pathId } from '../kit/path-parameters.js';
import { salesOrderId } from '../kit/prefixed-ids.js';
import { base32Of, base32Pattern, uuidOfBase32 } from '../kit/type-id.js';
import { changedOrderResource, renderChangedOrder } from './order-part-resources.js';

/** Names a change that an order was asked for: UUIDs. */
export interface OperationKey {
  readonly orderId: string;
  /** The change. An idempotency key always makes the same one. */
  readonly commandId: string;
  /** The request, where an earlier one under the same key was refused. */
  readonly requestId?: string;
}

const prefix = 'op_';
const idPattern = new RegExp(`^${prefix}(?:${base32Pattern}){2,3}$`);

/** The id of an operation. It holds the whole key, so a change can be asked for while the database is away. */
export function operationIdOf({ orderId, commandId, requestId }: OperationKey): string {
  const rest = requestId === undefined ? '' : base32Of(requestId);
  return `${prefix}${base32Of(orderId)}${base32Of(commandId)}${rest}`;
}

/** The key that an operation's id holds; `undefined` for any other text. */
export function operationKeyOf(text: string): OperationKey | undefined {
  if (!idPattern.test(text)) return undefined;
  const [orderId, commandId, requestId] = text.slice(prefix.length).match(/.{26}/g)?.map(uuidOfBase32) ?? [];
  if (orderId === undefined || commandId === undefined) return undefined;
  return { orderId, commandId, ...(requestId === undefined ? {} : { requestId }) };
}

/** The id of an operation in a path; the operation's key once it is parsed. */
export const operationPathId = pathId(
  'operation',
  'The operation’s id: `op_…`, as the `Location` of a 202 has it.',
  idPattern,
  operationKeyOf,
);

/** A change that was answered 202. */
export const operationResource = z
  .strictObject({
    id: z.string().meta({ description: '`op_…`' }),
    order_id: z.string().meta({ format: 'uuid', description: 'The order on the Orders API.' }),
    sales_order_id: z.string().meta({ description: 'The order on the Sales API.' }),
    status: z.enum(['pending', 'done', 'refused']).meta({
      description:
        '`pending`: the order has taken the change in and works on it. `done`: see `result`. `refused`: see `refusal`; the change itself was not made.',
    }),
    finished_at: z.string().nullable().meta({
      format: 'date-time',
      description: 'ISO 8601 in UTC. Null while it is pending, and where the time was not kept.',
    }),
    result: changedOrderResource
      .extend({
        part_id: z.string().optional().meta({
          format: 'uuid',
          description: 'The shipment, return, refund, cancellation or payment that the change made.',
        }),
      })
      .optional()
      .meta({ description: 'The order right after the change.' }),
    refusal: errorResource.optional(),
  })
  .register(namedResources, { id: 'ChangeOperation' });

/** The state of a change. `at`: ISO 8601; absent where nobody kept it. */
export type OperationState =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'done';
      readonly answer: Pick<ChangeAnswer, 'status' | 'paymentStatus' | 'version' | 'partId'>;
      readonly at?: string;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal<string>; readonly at?: string };

/**
 * Renders an operation.
 *
 * @param state a refusal in the words of the API
 */
export function renderOperation(
  key: OperationKey,
  state: OperationState,
): z.output<typeof operationResource> {
  const { orderId } = key;
  const named = { id: operationIdOf(key), order_id: orderId, sales_order_id: salesOrderId(orderId) };
  switch (state.kind) {
    case 'pending':
      return { ...named, status: 'pending', finished_at: null };
    case 'done': {
      const { answer, at } = state;
      const part = answer.partId === undefined ? {} : { part_id: answer.partId };
      const result = { ...renderChangedOrder(orderId, answer), ...part };
      return { ...named, status: 'done', finished_at: at ?? null, result };
    }
    case 'refused': {
      const { refusal, at } = state;
      return {
        ...named,
        status: 'refused',
        finished_at: at ?? null,
        refusal: renderError(refusal, refusal.message),
      };
    }
  }
}
