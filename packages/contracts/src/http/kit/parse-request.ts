import { FaultCode, notFound, refused, RefusalCode, RefusedError, type Fault } from '@oms/domain';
import type { z } from 'zod';

/** A fault that zod has found and not yet described. */
type RawIssue = z.core.$ZodRawIssue;

/** The words for the parts of a request in messages. */
export interface RequestNouns {
  /** The request as a whole, such as `the body`. */
  readonly whole: string;
  /** One of its parts, such as `field`. */
  readonly part: string;
}

/** Parameters of a custom issue whose message is shown as it is, without the path of the field before it. */
export const completeMessage = { complete: true } as const;

/** Parameters of a custom issue about a missing field. */
export const requiredField = { required: true } as const;

/** Parameters of a custom issue about an id that no resource of this kind can have. */
export const absent = (noun: string) => ({ absent: noun });

/**
 * Parses a part of a request.
 *
 * @throws RefusedError naming the faults in the order of the schema's fields; `NOT_FOUND` for an id that no resource
 *   can have
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
 * The error function of a schema that has one message for every invalid value. A missing value is `is required`.
 *
 * @param wanted the requirement, such as `must be a UUID`
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

/** Shortens and escapes a client's field name, so that it cannot disturb a log line or a terminal. */
function quoteName(name: string): string {
  const shown = name.length > longestQuotedName ? `${name.slice(0, longestQuotedName)}…` : name;
  return JSON.stringify(shown).replace(/[\u007f-\u009f\u2028\u2029]/g, '�');
}

/** The largest number of faults that one refusal names. A body can have thousands. */
const mostFaults = 20;

function toRefusal(issues: readonly z.core.$ZodIssue[], nouns: RequestNouns): RefusedError {
  for (const { code, ...issue } of issues) {
    if (code !== 'custom' || !('params' in issue)) continue;
    const { params } = issue;
    if (typeof params?.absent === 'string') return new RefusedError(notFound(params.absent));
  }
  // A field that breaks several rules is reported once, by the first of them.
  const byField = new Map<string | undefined, Fault>();
  for (const issue of issues) {
    if (byField.size >= mostFaults) break;
    for (const one of faultsOf(issue, nouns)) if (!byField.has(one.field)) byField.set(one.field, one);
  }
  const faults = [...byField.values()].slice(0, mostFaults);
  const [first] = faults;
  const message = faults.map((one) => one.message).join('; ') || `${nouns.whole} is not valid`;
  return refused(RefusalCode.InvalidRequest, message, {
    // `field` is set for a single fault only. `faults` names the fields of several.
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

/**
 * Whether a required field is missing. An issue of a rule about several fields says so itself; any other issue has
 * the field's value.
 */
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
