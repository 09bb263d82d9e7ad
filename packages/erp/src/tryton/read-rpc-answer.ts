import { gunzipSync } from 'node:zlib';

import { excerpt, readRetryAfter, type HttpAnswer, type Redact } from '@oms/outbound';
import { z } from 'zod';

import { changedMeanwhile, needsOperator, TrytonFailure } from './tryton-failure.js';

const answerSchema = z.union([
  z.object({ error: z.tuple([z.string()], z.unknown()) }),
  z.object({ result: z.unknown() }),
]);
const userErrorSchema = z.tuple([z.string(), z.string().nullish()], z.unknown());
const userWarningSchema = z.tuple([z.string(), z.string(), z.string().nullish()], z.unknown());

/**
 * Parses the answer to a request.
 *
 * | answer | meaning |
 * |---|---|
 * | `result` | the result |
 * | `UserError` | refused: a rule of Tryton, or a missing right of the user; Tryton gives both the same form |
 * | `UserWarning` | refused: Tryton wants a person to confirm |
 * | `ConcurrencyException` | changed meanwhile |
 * | `LoginException` | transient, for the operator: Tryton wants a second factor |
 * | any other error in the body | transient: Tryton failed and rolled back, because of a lock or a fault of its own |
 * | 401 | not logged in |
 * | 403, 404, 405, redirects | transient, for the operator |
 * | 429, 503 | transient |
 * | other 4xx | refused |
 * | other 5xx, and unreadable answers | unknown |
 *
 * @throws TrytonFailure
 */
export function readRpcAnswer(answer: HttpAnswer, redact: Redact, maxBytes: number): unknown {
  const { statusCode } = answer;
  if (statusCode !== 200) throw failureOfStatus(answer);
  const parsed = answerSchema.safeParse(parseBody(answer.body, maxBytes));
  if (!parsed.success) {
    throw new TrytonFailure({ kind: 'unknown', message: 'Tryton gave an answer that cannot be read' });
  }
  if ('error' in parsed.data) throw failureOfError(parsed.data.error, redact);
  return parsed.data.result;
}

function failureOfStatus({ statusCode, headers }: HttpAnswer): TrytonFailure {
  const message = `Tryton answered HTTP ${statusCode}`;
  if (statusCode === 401) {
    return new TrytonFailure(
      { kind: 'transient', message: 'Tryton refuses the credentials', needsOperator: true },
      'not_logged_in',
    );
  }
  if (statusCode === 404 || statusCode === 405) {
    return new TrytonFailure(
      { kind: 'transient', message: `${message}: is the name of the database right?`, needsOperator: true },
      'no_such_path',
    );
  }
  if (statusCode === 403) return needsOperator(`${message}: this user may not call this`);
  if (statusCode < 400) return needsOperator(`${message}; redirects are not followed`);
  if (statusCode === 429 || statusCode === 503) {
    return new TrytonFailure({
      kind: 'transient',
      message,
      ...readRetryAfter(headers['retry-after'], Date.now()),
    });
  }
  return new TrytonFailure({ kind: statusCode < 500 ? 'refused' : 'unknown', message });
}

function failureOfError([name, detail]: readonly [string, ...unknown[]], redact: Redact): TrytonFailure {
  const text = (...parts: readonly (string | null | undefined)[]): string =>
    redact(excerpt(parts.filter(Boolean).join(' ')));
  if (name === 'UserError') {
    const [message, description] = userErrorSchema.safeParse(detail).data ?? ['', undefined];
    return new TrytonFailure(
      { kind: 'refused', message: `Tryton: ${text(message, description)}` },
      'rule_broken',
    );
  }
  if (name === 'UserWarning') {
    const [, message, description] = userWarningSchema.safeParse(detail).data ?? ['', '', undefined];
    return new TrytonFailure({
      kind: 'refused',
      message: `Tryton wants a person to confirm this: ${text(message, description)}`,
    });
  }
  if (name === 'ConcurrencyException') {
    return changedMeanwhile();
  }
  if (name === 'LoginException') {
    return needsOperator('Tryton wants more than a password from this user; orders need one without');
  }
  return new TrytonFailure({ kind: 'transient', message: `Tryton failed: ${text(name)}` });
}

/**
 * Decides by the first bytes whether an answer is compressed: some versions of Tryton mark uncompressed answers as
 * gzip.
 */
function parseBody(body: Buffer, maxBytes: number): unknown {
  try {
    const compressed = body[0] === 0x1f && body[1] === 0x8b;
    const plain = compressed ? gunzipSync(body, { maxOutputLength: maxBytes }) : body;
    return JSON.parse(plain.toString('utf8'));
  } catch {
    return undefined;
  }
}
