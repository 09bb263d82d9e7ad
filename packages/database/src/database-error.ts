import { isDriverAdapterError } from '@prisma/driver-adapter-utils';

import { Prisma } from './generated/client.js';

/** The row that a statement was about is not there. Nothing was changed. */
export class RowNotFoundError extends Error {
  override readonly name = 'RowNotFoundError';
}

/** Whether a statement failed since a row with the same unique key was there, or came at the same moment. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === 'P2002') return true;
  // Of raw SQL, whose messages may hold anything: what the adapter understood, not what the message says.
  const fault = error.meta?.['driverAdapterError'];
  return isDriverAdapterError(fault) && fault.cause.kind === 'UniqueConstraintViolation';
}
