import type { Prisma } from '../generated/client.js';

/** A connection or a transaction. */
export type Queries = Prisma.TransactionClient;
