import { z } from 'zod';

const dateTime = z.iso.datetime({ offset: true });
const date = z.iso.date();

/**
 * Reads a time of ISO 8601, with an offset, or a date, which means its midnight in UTC.
 *
 * @returns the time in UTC with the decimals that it had, at most six as PostgreSQL keeps them; `undefined` when it is
 *   no such time, or of a year that PostgreSQL or JavaScript cannot hold
 */
export function parseDateTime(text: string): string | undefined {
  const isDate = date.safeParse(text).success;
  if (!isDate && !dateTime.safeParse(text).success) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return undefined;
  const [seconds = ''] = time.toISOString().split('.');
  // Other years than those of four digits are written with a sign; the year 0 is not in PostgreSQL's calendar.
  if (!/^\d{4}-/.test(seconds) || seconds.startsWith('0000-')) return undefined;
  // Offsets are whole minutes, so the decimals are the same in UTC.
  const decimals = /\.(\d{1,6})/.exec(text)?.[1] ?? '';
  return `${seconds}.${decimals.padEnd(3, '0')}Z`;
}
