import { FaultCode, notFound, refused, RefusalCode, RefusedError, type Fault } from '@oms/domain';
import type { z } from 'zod';

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

/** A custom issue with this parameter is about a field that is missing. */
export const requiredField = { required: true } as const;

/** A custom issue with these parameters is about an id that no such resource can have. */
export const absent = (noun: string) => ({ absent: noun });

/**
 * Parses a part of a request.
 *
 * @throws RefusedError that names the faults, in the order of the schema's fields; `NOT_FOUND` for an id that nothing can have
 */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  nouns: RequestNouns,
): z.output<Schema> {
  const result = schema.safeParse(value, { error: describeFault, reportInput: true });
  if (result.success) return result.data;
  throw toRefusal(result.error.issues, nouns);
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

/** A body may have a fault in each of thousands of fields: so many are told. */
const mostFaults = 20;

function toRefusal(issues: readonly z.core.$ZodIssue[], nouns: RequestNouns): RefusedError {
  for (const { code, ...issue } of issues) {
    if (code !== 'custom' || !('params' in issue)) continue;
    const { params } = issue;
    if (typeof params?.absent === 'string') return new RefusedError(notFound(params.absent));
  }
  // Of several rules that one field breaks, the first says enough.
  const byField = new Map<string | undefined, Fault>();
  for (const issue of issues) {
    if (byField.size >= mostFaults) break;
    for (const one of faultsOf(issue, nouns)) if (!byField.has(one.field)) byField.set(one.field, one);
  }
  const faults = [...byField.values()].slice(0, mostFaults);
  const [first] = faults;
  const message = faults.map((one) => one.message).join('; ') || `${nouns.whole} is not valid`;
  return refused(RefusalCode.InvalidRequest, message, {
    // With several at fault, the faults name the fields.
    ...(faults.length === 1 && first?.field !== undefined ? { field: first.field } : {}),
    details: { faults },
  });
}

function faultsOf(issue: z.core.$ZodIssue, nouns: RequestNouns): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostFaults).map((key) => {
      const field = fieldPath([...issue.path, key]);
      return { field, code: FaultCode.UnknownField, message: `${field} is not a known ${nouns.part}` };
    });
  }
  const field = fieldPath(issue.path);
  const complete = issue.code === 'custom' && issue.params?.complete === true;
  const message = complete ? issue.message : `${field || nouns.whole} ${issue.message}`;
  const code = isMissing(issue) ? FaultCode.Required : FaultCode.InvalidValue;
  return [{ ...(field === '' ? {} : { field }), code, message }];
}

/** A rule between fields says of its issue whether the field is missing; any other issue has the field's value. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' ? issue.params?.required === true : issue.input === undefined;
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
