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

const awayCodes: readonly string[] = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];
const awayKinds: readonly string[] = [
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
];
/** PostgreSQL's own classes: the connection is gone, there are too many of them, or the server starts or stops. */
const awaySqlStates = /^(08|53|57P)/;

/** Whether a statement failed since the database does not answer now. Whether it took effect is not known then. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    if (awayCodes.includes(error.code)) return true;
    const fault = error.meta?.['driverAdapterError'];
    if (!isDriverAdapterError(fault)) return false;
    const { cause } = fault;
    return awayKinds.includes(cause.kind) || (cause.kind === 'postgres' && awaySqlStates.test(cause.code));
  }
  // What the driver says when a connection breaks under a statement reaches us as it is.
  return (
    error instanceof Error &&
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)
  );
}
