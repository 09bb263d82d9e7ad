import { isDriverAdapterError } from '@prisma/driver-adapter-utils';

import { Prisma } from '../generated/client.js';

/** The row that a statement concerns is absent. Nothing was changed. */
export class RowNotFoundError extends Error {
  override readonly name = 'RowNotFoundError';
}

/** The database's own message, which is the last line of Prisma's. It contains no values and no password. */
export function databaseMessageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}

/** Whether a statement failed because another row has the same unique key. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === 'P2002') return true;
  // Raw SQL: reads the driver adapter's classification, because a message may contain any text.
  return driverFaultOf(error)?.kind === 'UniqueConstraintViolation';
}

/** The unique index that a raw SQL statement violated; `undefined` for any other error. */
export function violatedUniqueIndex(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const fault = driverFaultOf(error);
  if (fault?.kind !== 'UniqueConstraintViolation' || !fault.constraint) return undefined;
  return 'index' in fault.constraint ? fault.constraint.index : undefined;
}

/** Prisma's codes for an unreachable server, a lost connection and an exhausted pool. */
const awayCodes: readonly string[] = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];
const awayKinds: readonly string[] = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout'];
/**
 * PostgreSQL's classes of errors: connection lost (08), insufficient resources such as connections (53), server
 * starting or stopping (57P).
 */
const awaySqlStates = /^(08|53|57P)/;
/** The driver's messages, which have no code, for a lost connection and for a timeout of the pool. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether a statement failed because the database is away. The statement may have taken effect. */
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
 * PostgreSQL's codes of passing faults:
 * - lost against another transaction: 40001, 40003, 40P01
 * - timeout of a lock, a statement or an idle session: 55P03, 57014, 25P03, 25P04
 * - read-only server, trouble with its disk, no login, no database: 25006, 58, 28, 3D
 * - grants or tables of another version of the product, until its deployment completes: 42501, 42P01, 42703, 42883
 */
const passingSqlStates = /^(40001|40003|40P01|55P03|57014|25006|25P0[34]|58|28|3D|42501|42P01|42703|42883)/;
/**
 * Prisma's codes of passing faults: failed login, absent database, denied access, TLS (P1000 to P1011), timeout of a
 * transaction (P2028), lost race (P2034).
 */
const passingCodes: readonly string[] = ['P1000', 'P1003', 'P1010', 'P1011', 'P2028', 'P2034'];

/**
 * Whether the same statement can succeed later: the database is away or busy, and has not refused the statement
 * itself. All other faults repeat, such as constraints, invalid values and invalid SQL.
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
 * Whether a constraint refuses a statement (class 23). The cause may be a race: when the statement runs again, it
 * sees the rows of the other transaction.
 */
export function isConstraintViolation(error: unknown): boolean {
  return (
    isUniqueViolation(error) ||
    (error instanceof Prisma.PrismaClientKnownRequestError && sqlStateOf(error)?.startsWith('23') === true)
  );
}

/**
 * Whether a statement lost a race. Nothing was changed. When it runs again, it sees the rows of the other
 * transaction.
 */
export function isLostRace(error: unknown): boolean {
  if (isConstraintViolation(error)) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2034' || /^40(001|P01)/.test(sqlStateOf(error) ?? '');
}

/** Whether the database refuses a statement and would refuse it again. Nothing was changed. */
export function isRefusedByDatabase(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && !isPassingFault(error);
}

/** The driver adapter's classification of a fault of the database or of the connection. */
function driverFaultOf({ meta }: Prisma.PrismaClientKnownRequestError) {
  const fault = meta?.['driverAdapterError'];
  return fault !== undefined && isDriverAdapterError(fault) ? fault.cause : undefined;
}

/** PostgreSQL's five-character code (SQLSTATE); `undefined` for a fault that PostgreSQL did not report. */
function sqlStateOf(error: Prisma.PrismaClientKnownRequestError): string | undefined {
  return driverFaultOf(error)?.originalCode;
}
