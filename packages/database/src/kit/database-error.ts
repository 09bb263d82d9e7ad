import { isDriverAdapterError } from '@prisma/driver-adapter-utils';

import { Prisma } from '../generated/client.js';

/** The row that a statement was about is not there. Nothing was changed. */
export class RowNotFoundError extends Error {
  override readonly name = 'RowNotFoundError';
}

/** The database's own message: Prisma puts the call site first, and that last. It holds no values and no password. */
export function databaseMessageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}

/** Whether a statement failed since a row with the same unique key was there, or came at the same moment. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === 'P2002') return true;
  // Of raw SQL, whose messages may hold anything: what the adapter understood, not what the message says.
  return driverFaultOf(error)?.kind === 'UniqueConstraintViolation';
}

/** The unique index that a statement of raw SQL would have broken; `undefined` for any other error. */
export function violatedUniqueIndex(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const fault = driverFaultOf(error);
  if (fault?.kind !== 'UniqueConstraintViolation' || !fault.constraint) return undefined;
  return 'index' in fault.constraint ? fault.constraint.index : undefined;
}

/** What Prisma calls a server that it cannot reach, or that has no connection to give. */
const awayCodes: readonly string[] = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];
const awayKinds: readonly string[] = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout'];
/** PostgreSQL's own classes: the connection is gone, there are too many of them, or the server starts or stops. */
const awaySqlStates = /^(08|53|57P)/;
/** What the driver says, without a code, when a connection breaks or when there is none in time. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether a statement failed since the database does not answer now. Whether it took effect is not known then. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    const { kind } = driverFaultOf(error) ?? {};
    return (
      awayCodes.includes(error.code) ||
      (kind !== undefined && awayKinds.includes(kind)) ||
      awaySqlStates.test(sqlStateOf(error) ?? '')
    );
  }
  return error instanceof Error && (awayMessages.test(error.message) || 'syscall' in error);
}

/**
 * Of a transaction that lost against another one (40), of a lock or a statement that took too long (55P03, 57014), of a
 * session that was idle for too long (25P03), of a server that only reads (25006) or has trouble with its disk (58), and
 * of one that lets nobody in (28, 3D). Also of a deployment whose grants or tables are not those of this version: a
 * privilege, a table, a column or a function is missing (42501, 42P01, 42703, 42883), and orders wait for it.
 */
const passingSqlStates = /^(40001|40003|40P01|55P03|57014|25006|25P0[34]|58|28|3D|42501|42P01|42703|42883)/;
/** A server that cannot be used as it is configured, a transaction that took too long, and one that lost. */
const passingCodes: readonly string[] = ['P1000', 'P1003', 'P1010', 'P1011', 'P2028', 'P2034'];

/**
 * Whether the same statement can succeed later: the database is away or busy, and says nothing against what was asked.
 * All other faults repeat: a constraint, a value that no column takes, SQL that does not fit the schema.
 */
export function isPassingFault(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return (
    passingCodes.includes(error.code) ||
    driverFaultOf(error)?.kind === 'TlsConnectionError' ||
    passingSqlStates.test(sqlStateOf(error) ?? '')
  );
}

/**
 * Whether a constraint refuses what a statement would have left (class 23). A race can do that: repeated, a statement
 * sees what the other one wrote.
 */
export function isConstraintViolation(error: unknown): boolean {
  return (
    isUniqueViolation(error) ||
    (error instanceof Prisma.PrismaClientKnownRequestError && sqlStateOf(error)?.startsWith('23') === true)
  );
}

/** Whether a statement lost against another one, and sees the other's rows when it runs again. Nothing was changed. */
export function isLostRace(error: unknown): boolean {
  if (isConstraintViolation(error)) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2034' || /^40(001|P01)/.test(sqlStateOf(error) ?? '');
}

/** Whether the database refuses what a statement would have left, and would again. Nothing was changed. */
export function isRefusedByDatabase(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && !isPassingFault(error);
}

/** What the driver understood, where the database, or the way to it, failed. */
function driverFaultOf({ meta }: Prisma.PrismaClientKnownRequestError) {
  const fault = meta?.['driverAdapterError'];
  return fault !== undefined && isDriverAdapterError(fault) ? fault.cause : undefined;
}

/** PostgreSQL's five characters; `undefined` where it said nothing. */
function sqlStateOf(error: Prisma.PrismaClientKnownRequestError): string | undefined {
  return driverFaultOf(error)?.originalCode;
}
