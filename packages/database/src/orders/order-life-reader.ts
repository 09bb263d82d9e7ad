import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { CommandRefusal, OrderFacts, OrderProof, TenantScope } from '@oms/domain';

import { RowNotFoundError } from '../kit/database-error.js';
import type { Database } from '../kit/database.js';
import { findChangeAnswer } from '../order-log/order-lock.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import { findOrderParts } from './order-parts.js';
import { findOrderProof } from '../proof/order-proof.js';
import type { OrderParts } from './order-documents.js';

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
