import type { z } from 'zod';

import { AbsentError, RequestError } from './request-error.js';

/** What zod knows about a fault before it has a message. */
type RawIssue = z.core.$ZodRawIssue;

/** How the parts of a request are called in messages. */
export interface RequestNouns {
  /** The request as a whole, such as `the body`. */
  readonly whole: string;
  /** One of its parts, such as `field`. */
  readonly part: string;
}

/** A custom issue with this parameter has a message that is shown as it is, without the field's path before it. */
export const completeMessage = { complete: true } as const;

/** A custom issue with these parameters is about an id that no such resource can have. */
export const absent = (noun: string) => ({ absent: noun });

/**
 * Parses a part of a request.
 *
 * @throws RequestError for the first fault, in the order of the schema's fields; AbsentError for an id that nothing has
 */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  nouns: RequestNouns,
): z.output<Schema> {
  const result = schema.safeParse(value, { error: describeFault });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue ? toRequestError(issue, nouns) : new RequestError(`${nouns.whole} is not valid`);
}

/**
 * The error of a schema whose every fault is best described by what it wants.
 *
 * @param wanted such as `must be a UUID`
 */
export function fault(wanted: string): (issue: RawIssue) => string {
  return (issue) => (issue.input === undefined ? missing : wanted);
}

/** Renders a path as a client would write it: `items[0].quantity`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    if (!plainName.test(name)) return `${text}[${quoteName(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

const missing = 'is required';
const plainName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const longestQuotedName = 64;

/** A name that the client made up, cut and escaped so that it cannot disturb a log line or a terminal. */
function quoteName(name: string): string {
  const shown = name.length > longestQuotedName ? `${name.slice(0, longestQuotedName)}…` : name;
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u2028\u2029]/g, '�');
}

function toRequestError(issue: z.core.$ZodIssue, nouns: RequestNouns): RequestError | AbsentError {
  if (issue.code === 'custom' && typeof issue.params?.absent === 'string') {
    return new AbsentError(issue.params.absent);
  }
  if (issue.code === 'unrecognized_keys') {
    const field = fieldPath([...issue.path, issue.keys[0] ?? '']);
    return new RequestError(`${field} is not a known ${nouns.part}`, field);
  }
  const field = fieldPath(issue.path);
  const complete = issue.code === 'custom' && issue.params?.complete === true;
  const message = complete ? issue.message : `${field || nouns.whole} ${issue.message}`;
  return new RequestError(message, field || undefined);
}

function describeFault(issue: RawIssue): string {
  if (issue.input === undefined) return missing;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${countOf(issue.minimum)}`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${countOf(issue.maximum)}`
        : `must be at most ${issue.maximum}`;
    default:
      return 'is not valid';
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

function countOf(count: number | bigint): string {
  return `${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
}
