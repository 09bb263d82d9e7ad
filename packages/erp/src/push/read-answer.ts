import { excerpt, readRetryAfter, type HttpAnswer, type Redact } from '@oms/outbound';
import { z } from 'zod';

import type { ErpOutcome } from '../erp-connector.js';

/** The optional body of an answer from a server that has accepted the order. */
const takenSchema = z.object({
  erp_id: z.union([z.string().min(1).max(255), z.number().int()]).transform(String),
  url: z.string().max(2_000).optional(),
});

const faultSchema = z.object({ error: z.string() }).or(z.object({ message: z.string() }));

export interface Taken {
  /** Absent if the server accepts orders without returning an id. */
  readonly erpId?: string;
  readonly url?: string;
}

/**
 * Converts the server's answer to an outcome:
 *
 * | answer | outcome |
 * |---|---|
 * | 2xx | done, with `erp_id` and `url` of a JSON body, if present |
 * | 409 | with `erp_id` done: the server has the order already; otherwise refused |
 * | 3xx | transient, for the operator: redirects are not followed |
 * | 401, 403 | transient, for the operator: signature or credentials are refused |
 * | 408, 425, 429, 503 | transient, after `Retry-After`, if present |
 * | other 4xx | refused, with `error` or `message` of a JSON body |
 * | other 5xx | unknown: the server may have failed after accepting the order |
 */
export function readAnswer(answer: HttpAnswer, redact: Redact, nowMs: number): ErpOutcome<Taken> {
  const { statusCode } = answer;
  const body = parseJson(answer.body);
  if (statusCode >= 200 && statusCode < 300) return { kind: 'done', ...taken(body) };
  if (statusCode === 409) {
    const there = taken(body);
    if (there.erpId !== undefined) return { kind: 'done', ...there };
  }
  const message = redact(`The ERP answered HTTP ${statusCode}${explanation(body)}`);
  if (statusCode < 400) {
    return { kind: 'transient', message: `${message}; redirects are not followed`, needsOperator: true };
  }
  if (statusCode === 401 || statusCode === 403) {
    return { kind: 'transient', message: `The credentials are refused. ${message}`, needsOperator: true };
  }
  if ([408, 425, 429, 503].includes(statusCode)) {
    return { kind: 'transient', message, ...readRetryAfter(answer.headers['retry-after'], nowMs) };
  }
  return { kind: statusCode < 500 ? 'refused' : 'unknown', message };
}

function taken(body: unknown): Taken {
  const { data } = takenSchema.safeParse(body);
  if (!data) return {};
  const url = data.url !== undefined && /^https?:\/\//i.test(data.url) ? { url: data.url } : {};
  return { erpId: data.erp_id, ...url };
}

function explanation(body: unknown): string {
  const { data } = faultSchema.safeParse(body);
  return data ? `: ${excerpt('error' in data ? data.error : data.message)}` : '';
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
