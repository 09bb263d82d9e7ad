import type { ChangeAnswer } from '@oms/contracts/temporal';
import type {
  CommandRefusal,
  LineQuantity,
  OrderFacts,
  OrderProof,
  ReturnStatus,
  TenantScope,
} from '@oms/domain';

import { RowNotFoundError } from '../kit/database-error.js';
import type { Database } from '../kit/database.js';
import { findChangeAnswer } from './order-commands.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { findOrderParts } from './order-parts.js';
import { findOrderProof } from '../proof/order-proof.js';

/** A parcel that left the warehouse. Times are ISO 8601 in UTC, here and below. */
export interface Shipment {
  readonly id: string;
  readonly trackingNumber?: string;
  readonly carrier?: string;
  readonly lines: readonly LineQuantity[];
  readonly shippedAt: string;
  readonly deliveredAt?: string;
}

/** Units that a customer sends back. */
export interface OrderReturn {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly reason?: string;
  readonly decisionReason?: string;
  /** Whether the units can be sold again is known once they are back. */
  readonly lines: readonly (LineQuantity & { readonly isRestocked?: boolean })[];
  readonly requestedAt: string;
  readonly decidedAt?: string;
  readonly receivedAt?: string;
}

/** Money that is given back. */
export interface Refund {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amountMinor: number;
  readonly lines: readonly LineQuantity[];
  readonly returnId?: string;
  readonly reason?: string;
  /** The provider's words, where it refused. */
  readonly failure?: string;
  readonly requestedAt: string;
  readonly settledAt?: string;
}

/** What was made of an order after it was confirmed, each the oldest first. */
export interface OrderParts {
  readonly currencyExponent: number;
  readonly shipments: readonly Shipment[];
  readonly returns: readonly OrderReturn[];
  readonly refunds: readonly Refund[];
}

/** What the gateway reads of orders that live on. Every read is scoped: another tenant's order is not found. */
export interface OrderLifeReader {
  /** `undefined` where there is no such order. */
  findParts(scope: TenantScope, orderId: string): Promise<OrderParts | undefined>;
  /** What decisions about the order depend on; `undefined` where there is no such order. */
  findFacts(scope: TenantScope, orderId: string): Promise<OrderFacts | undefined>;
  /** The answer that a change got; `undefined` where it was never made. */
  findChange(
    scope: TenantScope,
    change: { readonly orderId: string; readonly commandId: string; readonly requestHash: string },
  ): Promise<{ readonly kind: 'applied'; readonly answer: ChangeAnswer } | CommandRefusal | undefined>;
  /** Whether the order's ledgers, documents and history agree; `undefined` where there is no such order. */
  findProof(scope: TenantScope, orderId: string): Promise<OrderProof | undefined>;
}

/** Reads from PostgreSQL what became of orders. */
export function createOrderLifeReader(database: Database): OrderLifeReader {
  return {
    findParts: (scope, orderId) => findOrderParts(database, scope, orderId),
    async findFacts(scope, orderId) {
      try {
        return await readOrderFacts(database.prisma, { ...scope, orderId });
      } catch (error) {
        if (error instanceof RowNotFoundError) return undefined;
        throw error;
      }
    },
    findChange: (scope, change) => findChangeAnswer(database, { ...scope, ...change }),
    findProof: (scope, orderId) => findOrderProof(database, { ...scope, orderId }),
  };
}
