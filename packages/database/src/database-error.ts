import { Prisma } from './generated/client.js';

/** The row that a statement was about is not there. Nothing was changed. */
export class RowNotFoundError extends Error {
  override readonly name = 'RowNotFoundError';
}

/** Whether a statement failed since a row with the same unique key was there, or came at the same moment. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    (error.code === 'P2002' || (error.code === 'P2010' && error.message.includes('23505')))
  );
}
