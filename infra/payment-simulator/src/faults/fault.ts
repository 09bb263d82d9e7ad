import { z } from 'zod';

/** Faults of a request, `before` or `after` its effect. */
export const RequestFaultKind = {
  Decline: 'decline',
  ErrorBefore: 'error_before',
  ErrorAfter: 'error_after',
  HangBefore: 'hang_before',
  HangAfter: 'hang_after',
  ResetBefore: 'reset_before',
  ResetAfter: 'reset_after',
  Slow: 'slow',
  RateLimit: 'rate_limit',
} as const;
export type RequestFaultKind = (typeof RequestFaultKind)[keyof typeof RequestFaultKind];

/** Faults of the delivery of an event. */
export const WebhookFaultKind = {
  Duplicate: 'duplicate',
  Reorder: 'reorder',
  Delay: 'delay',
  Drop: 'drop',
} as const;
export type WebhookFaultKind = (typeof WebhookFaultKind)[keyof typeof WebhookFaultKind];

export type FaultKind = RequestFaultKind | WebhookFaultKind;

const requestKinds = Object.values(RequestFaultKind);
const webhookKinds = Object.values(WebhookFaultKind);

const match = z.strictObject({ paymentIntent: z.string().min(1).optional() });

const shape = z.strictObject({
  /** An operation; `payment_intents.*`; `*` for every request; `webhooks` or `webhooks.<event type>`. */
  operation: z.string().min(1),
  kind: z.enum([...requestKinds, ...webhookKinds]),
  /** The HTTP status of an error. */
  status: z.int().min(500).max(599).default(500),
  declineCode: z.string().min(1).default('generic_decline'),
  /** The error code of a rate limit: `rate_limit`, or `lock_timeout` for an object that another request changes. */
  code: z.enum(['rate_limit', 'lock_timeout']).default('rate_limit'),
  retryAfterSeconds: z.int().min(0).optional(),
  delayMs: z.int().min(0).max(3_600_000).default(0),
  /** How many further copies of an event are sent. */
  copies: z.int().min(1).max(100).default(1),
  /** The number of calls that it applies to. Default: all, until the fault is deleted. */
  times: z.int().min(1).optional(),
  /** The probability with which it applies to a call. */
  probability: z.number().gt(0).max(1).optional(),
  seed: z.int().default(1),
  match: match.default({}),
  /** Short for `match.paymentIntent`. */
  paymentIntent: z.string().min(1).optional(),
  /** Whether the error is stored under the call's idempotency key, and replayed. */
  stored: z.boolean().optional(),
  /** Whether Adyen's error says `transient-error: true`. */
  transient: z.boolean().optional(),
});

export interface KnownOperations {
  readonly all: readonly string[];
  /** Operations that ask an issuer, who can decline. */
  readonly declinable: readonly string[];
}

const needsDelay: ReadonlySet<FaultKind> = new Set(['slow', 'delay']);

/**
 * The schema of a request for a fault.
 *
 * By default, an error after the effect is stored under the call's idempotency key, because Stripe stores the outcome
 * of an execution, even a 500. Every retry with the key is then answered with that 500. With `stored: false`, only
 * the first answer is the error, as from a proxy in between; a retry gets the real outcome. An error before the
 * effect is not stored by default, because nothing was executed.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export const faultRequest = (operations: KnownOperations) =>
  shape
    .superRefine((fault, context) => {
      const problem = problemOf(fault, operations);
      if (problem) context.addIssue({ code: 'custom', ...problem });
    })
    .transform(({ paymentIntent, ...fault }) => ({
      ...fault,
      stored: fault.stored ?? fault.kind === RequestFaultKind.ErrorAfter,
      match: paymentIntent === undefined ? fault.match : { paymentIntent },
    }));

/** A fault with all defaults. */
export type FaultSpec = z.infer<ReturnType<typeof faultRequest>>;

function problemOf(
  { operation, kind, delayMs }: z.infer<typeof shape>,
  { all, declinable }: KnownOperations,
): { readonly path: string[]; readonly message: string } | undefined {
  const isOneOf = (names: readonly string[]): boolean =>
    names.some((name) => matchesOperation(operation, name));
  const webhooks = operation === 'webhooks' || operation.startsWith('webhooks.');
  if (!webhooks && !isOneOf(all)) {
    return { path: ['operation'], message: `must be *, webhooks, or one of ${all.join(', ')}` };
  }
  const kinds: readonly FaultKind[] = webhooks ? webhookKinds : requestKinds;
  if (!kinds.includes(kind)) {
    return { path: ['kind'], message: `must be one of ${kinds.join(', ')} for ${operation}` };
  }
  if (kind === RequestFaultKind.Decline && !isOneOf(declinable)) {
    return { path: ['operation'], message: `must be one of ${declinable.join(', ')} for a decline` };
  }
  return needsDelay.has(kind) && delayMs === 0
    ? { path: ['delayMs'], message: `is required for ${kind}` }
    : undefined;
}

/** Whether the operation of a fault, which may be `*` or end in `.*`, matches an operation. */
export function matchesOperation(pattern: string, operation: string): boolean {
  if (pattern === '*') return !operation.startsWith('webhooks');
  if (pattern === 'webhooks') return operation.startsWith('webhooks.');
  return pattern.endsWith('.*') ? operation.startsWith(pattern.slice(0, -1)) : pattern === operation;
}
