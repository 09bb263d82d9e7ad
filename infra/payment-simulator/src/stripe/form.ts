import qs from 'qs';
import { z } from 'zod';

import { isCurrency } from './currencies.js';
import { invalidRequest, type StripeError } from './stripe-error.js';

/** Parameters of a query or a form: text, nested by brackets. */
export type FormValue = string | readonly FormValue[] | { readonly [name: string]: FormValue };
export type Form = Readonly<Record<string, FormValue>>;

/** Parses `a[b]=c&d[0]=e`, Stripe's encoding. @see https://docs.stripe.com/api/metadata */
export function parseForm(text: string): Form {
  // `qs` parses text into text, and lists and objects of text.
  return qs.parse(text, { depth: 8, arrayLimit: 500, parameterLimit: 10_000, plainObjects: true }) as Form;
}

const problem = (code: string, message: (input: string) => string) => ({
  error: (issue: { readonly input?: unknown }) => message(String(issue.input)),
  params: { code },
});

const emptyProblem = problem(
  'parameter_invalid_empty',
  () =>
    'You passed an empty string. We assume empty values are an attempt to unset a field; however this field ' +
    'cannot be unset. You should remove it from your request or supply a non-empty value.',
);

/** Non-empty text. */
export const formText = z.string().refine((text) => text !== '', { ...emptyProblem, abort: true });

export const formInteger = formText
  .refine((text) => /^-?\d{1,15}$/.test(text), {
    ...problem('parameter_invalid_integer', (input) => `Invalid integer: ${input}`),
    abort: true,
  })
  .transform(Number);

export const formPositiveInteger = formInteger.refine((value) => value >= 1, {
  ...problem('parameter_invalid_integer', () => 'This value must be greater than or equal to 1.'),
});

export const formBoolean = formText
  .refine((text) => text === 'true' || text === 'false', {
    ...problem('parameter_invalid_boolean', (input) => `Invalid boolean: ${input}`),
  })
  .transform((text) => text === 'true');

export const formCurrency = formText
  .transform((text) => text.toLowerCase())
  .refine(isCurrency, {
    ...problem(
      'invalid_currency',
      (input) => `Invalid currency: ${input}. It is not one that Stripe supports.`,
    ),
  });

export function formEnum<const Value extends string>(values: readonly Value[]) {
  const allowed = values.join(', ');
  return z.enum(values, {
    error: ({ input }) => `Invalid value: ${String(input)}; must be one of ${allowed}`,
  });
}

/** A list. Above the limit `qs` parses indices as names, and a client may send a single value without an index. */
export const formList = z.preprocess(
  (value): unknown => (typeof value === 'object' && value !== null ? Object.values(value) : [value]),
  z.array(formText),
);

/**
 * Metadata: up to 50 keys of up to 40 characters, values of up to 500.
 *
 * @see https://docs.stripe.com/api/metadata
 */
export const formMetadata = z
  .record(z.string(), z.string())
  .refine((metadata) => Object.keys(metadata).length <= 50, 'Metadata can have up to 50 keys.')
  .refine((metadata) => Object.keys(metadata).every((key) => key.length <= 40), {
    error: 'Metadata keys can be up to 40 characters long.',
  })
  .refine((metadata) => Object.values(metadata).every((value) => value.length <= 500), {
    error: 'Metadata values can be up to 500 characters long.',
  })
  .default({});

/** A parameter of Stripe's API that changes nothing here. */
export const formIgnored = z.unknown().optional();

/** Parses parameters by a schema. @throws StripeError 400 in Stripe's words */
export function readParams<Schema extends z.ZodType>(schema: Schema, form: Form): z.infer<Schema> {
  const result = schema.safeParse(form);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue ? describeIssue(issue, form) : invalidRequest('Invalid request.');
}

function describeIssue(issue: z.core.$ZodIssue, form: Form): StripeError {
  const param = bracketed(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const name = bracketed([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
  }
  if (valueAt(form, issue.path) === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  const message =
    issue.code === 'invalid_type' ? `Invalid ${param}: expected ${issue.expected}` : issue.message;
  return invalidRequest(message, { param, ...(typeof code === 'string' ? { code } : {}) });
}

function valueAt(form: Form, path: readonly PropertyKey[]): unknown {
  let value: unknown = form;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** `metadata[order]`, as forms name it. */
function bracketed(path: readonly PropertyKey[]): string {
  const [first = '', ...rest] = path.map(String);
  return first + rest.map((name) => `[${name}]`).join('');
}
