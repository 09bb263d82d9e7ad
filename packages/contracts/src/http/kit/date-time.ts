import { z } from 'zod';

const dateTime = z.iso.datetime({ offset: true });
const date = z.iso.date();

/**
 * Parses an ISO 8601 time with an offset, or a date, which stands for its midnight in UTC.
 *
 * @returns the time in UTC, with three to six decimals as PostgreSQL keeps them; `undefined` for an invalid time and
 *   for a year that PostgreSQL or JavaScript cannot hold
 */
export function parseDateTime(text: string): string | undefined {
  const isDate = date.safeParse(text).success;
  if (!isDate && !dateTime.safeParse(text).success) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return undefined;
  const [seconds = ''] = time.toISOString().split('.');
  // Years with more than four digits begin with a sign. PostgreSQL's calendar has no year 0.
  if (!/^\d{4}-/.test(seconds) || seconds.startsWith('0000-')) return undefined;
  // Offsets are whole minutes: conversion to UTC keeps the decimals of a second.
  const decimals = /\.(\d{1,6})/.exec(text)?.[1] ?? '';
  return `${seconds}.${decimals.padEnd(3, '0')}Z`;
}
